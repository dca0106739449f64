"""What a person made of rows of a returned Word file that could not be mapped."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_TABLE = "word_settlements"


def upgrade() -> None:
    """To this step."""
    op.create_table(
        _TABLE,
        sa.Column("return", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("settlement", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["return"], ["word_returns.id"], name=op.f("fk_word_settlements_return")),
        sa.PrimaryKeyConstraint("return", "number", name=op.f("pk_word_settlements")),
    )
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {_TABLE}_no_{verb.lower()} BEFORE {verb} ON {_TABLE} "
                f"BEGIN SELECT RAISE(ABORT, 'rows of {_TABLE} are never changed'); END"
            )
        return
    op.execute(
        f"CREATE TRIGGER {_TABLE}_no_change BEFORE UPDATE OR DELETE ON {_TABLE} "
        "FOR EACH ROW EXECUTE FUNCTION sme2module_refuse_change()"
    )


def downgrade() -> None:
    """There is no way back: restore a backup."""
    raise RuntimeError("what a team has settled would be lost: restore a backup")
