"""One automatic pass over a checked module: what should be written again, and which of the rewrites to keep."""

from pipeline.revise.plan import Errand, plan_revision
from pipeline.revise.settle import Settled, settle_revision

__all__ = ["Errand", "Settled", "plan_revision", "settle_revision"]
