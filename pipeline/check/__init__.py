"""Findings: the criteria of the rubrics a module does not meet. One file a principle."""

from pipeline.check.already_checked import AlreadyChecked
from pipeline.check.fault import Check, Fault
from pipeline.check.runner import CHECKS, check_element, check_elements, check_module

__all__ = ["CHECKS", "AlreadyChecked", "Check", "Fault", "check_element", "check_elements", "check_module"]
