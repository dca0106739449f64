"""Review by a team: members, comments, questions to SMEs, half-typed text, Word files, releases, the audit trail."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)
_IMMUTABLE = ("audit", "fact_answers", "word_returns", "plans")
# What a release holds; its state moves on.
_FROZEN = ("module", "number", "by", "at", "revisions", "sources", "manifest", "content")


def upgrade() -> None:
    """To this step."""
    op.create_table(
        "members",
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("added_by", sa.Text(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("email", name=op.f("pk_members")),
    )
    op.create_table(
        "keys",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("value", sa.String(length=128), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_keys")),
    )
    op.create_table(
        "comments",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("module", sa.String(length=128), nullable=False),
        sa.Column("element", sa.String(length=128), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=True),
        sa.Column("field", sa.Text(), nullable=True),
        sa.Column("quote", sa.Text(), nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("thread", sa.String(length=64), nullable=False),
        sa.Column("resolved_by", sa.Text(), nullable=True),
        sa.Column("resolved_at", _TIME, nullable=True),
        sa.ForeignKeyConstraint(["module"], ["modules.id"], name=op.f("fk_comments_module")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comments")),
    )
    op.create_index("ix_comments_module_element", "comments", ["module", "element"], unique=False)
    op.create_table(
        "fact_requests",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("module", sa.String(length=128), nullable=False),
        sa.Column("to", sa.Text(), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=True),
        sa.Column("statements", sa.JSON(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("due", _TIME, nullable=True),
        sa.Column("expires", _TIME, nullable=False),
        sa.Column("revoked_by", sa.Text(), nullable=True),
        sa.Column("revoked_at", _TIME, nullable=True),
        sa.Column("done_at", _TIME, nullable=True),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["module"], ["modules.id"], name=op.f("fk_fact_requests_module")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fact_requests")),
    )
    op.create_index("ix_fact_requests_module", "fact_requests", ["module"], unique=False)
    op.create_table(
        "fact_answers",
        sa.Column("module", sa.String(length=128), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("element", sa.String(length=128), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("fact_hash", sa.String(length=64), nullable=False),
        sa.Column("verdict", sa.String(length=16), nullable=False),
        sa.Column("correction", sa.Text(), nullable=True),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("request", sa.String(length=64), nullable=True),
        sa.Column("about", sa.Integer(), nullable=True),
        sa.Column("declared_by", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["module"], ["modules.id"], name=op.f("fk_fact_answers_module")),
        sa.PrimaryKeyConstraint("module", "number", name=op.f("pk_fact_answers")),
    )
    op.create_index("ix_fact_answers_module_element", "fact_answers", ["module", "element"], unique=False)
    op.create_table(
        "typed",
        sa.Column("module", sa.String(length=128), nullable=False),
        sa.Column("element", sa.String(length=128), nullable=False),
        sa.Column("person", sa.String(length=320), nullable=False),
        sa.Column("based_on", sa.Integer(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("saved_up_to", sa.BigInteger(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(["module"], ["modules.id"], name=op.f("fk_typed_module")),
        sa.PrimaryKeyConstraint("module", "element", "person", name=op.f("pk_typed")),
    )
    op.create_table(
        "leases",
        sa.Column("module", sa.String(length=128), nullable=False),
        sa.Column("element", sa.String(length=128), nullable=False),
        sa.Column("person", sa.String(length=320), nullable=False),
        sa.Column("until", _TIME, nullable=False),
        sa.ForeignKeyConstraint(["module"], ["modules.id"], name=op.f("fk_leases_module")),
        sa.PrimaryKeyConstraint("module", "element", name=op.f("pk_leases")),
    )
    op.create_table(
        "looks",
        sa.Column("module", sa.String(length=128), nullable=False),
        sa.Column("element", sa.String(length=128), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(length=320), nullable=False),
        sa.Column("first", _TIME, nullable=False),
        sa.Column("last", _TIME, nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["module"], ["modules.id"], name=op.f("fk_looks_module")),
        sa.PrimaryKeyConstraint("module", "element", "revision", "person", name=op.f("pk_looks")),
    )
    op.create_table(
        "word_packages",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("module", sa.String(length=128), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("to", sa.Text(), nullable=True),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("due", _TIME, nullable=True),
        sa.ForeignKeyConstraint(["module"], ["modules.id"], name=op.f("fk_word_packages_module")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_word_packages")),
    )
    op.create_index("ix_word_packages_module", "word_packages", ["module"], unique=False)
    op.create_table(
        "word_returns",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("package", sa.String(length=64), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(["package"], ["word_packages.id"], name=op.f("fk_word_returns_package")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_word_returns")),
    )
    op.create_index("ix_word_returns_package", "word_returns", ["package"], unique=False)
    op.create_table(
        "releases",
        sa.Column("module", sa.String(length=128), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("revisions", sa.JSON(), nullable=False),
        sa.Column("sources", sa.JSON(), nullable=False),
        sa.Column("manifest", sa.JSON(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["module"], ["modules.id"], name=op.f("fk_releases_module")),
        sa.PrimaryKeyConstraint("module", "number", name=op.f("pk_releases")),
    )
    op.create_table(
        "plans",
        sa.Column("module", sa.String(length=128), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(["module"], ["modules.id"], name=op.f("fk_plans_module")),
        sa.PrimaryKeyConstraint("module", "number", name=op.f("pk_plans")),
    )
    op.create_table(
        "audit",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=True),
        sa.Column("on_behalf_of", sa.Text(), nullable=True),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("action", sa.String(length=32), nullable=False),
        sa.Column("module", sa.String(length=128), nullable=True),
        sa.Column("element", sa.String(length=128), nullable=True),
        sa.Column("from_revision", sa.Integer(), nullable=True),
        sa.Column("to_revision", sa.Integer(), nullable=True),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit")),
    )
    op.create_index("ix_audit_module_element", "audit", ["module", "element"], unique=False)
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    op.execute("INSERT INTO audit_head (id, number, hash) VALUES (1, 0, '" + "0" * 64 + "')")
    op.add_column("decisions", sa.Column("frame", sa.Integer(), nullable=True))
    op.add_column("decisions", sa.Column("group", sa.Integer(), nullable=True))
    op.add_column("proposals", sa.Column("channel", sa.String(length=16), nullable=True))
    op.add_column("proposals", sa.Column("package", sa.String(length=64), nullable=True))
    op.add_column("proposals", sa.Column("decided_by", sa.Text(), nullable=True))
    op.add_column("proposals", sa.Column("decided_at", _TIME, nullable=True))
    op.add_column("proposals", sa.Column("reason", sa.Text(), nullable=True))

    if op.get_bind().dialect.name == "sqlite":
        for table in _IMMUTABLE:
            for verb in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are never changed'); END"
                )
        for name, verb in (("delete", "DELETE"), ("update", f"UPDATE OF {_columns()}")):
            op.execute(
                f"CREATE TRIGGER releases_no_{name} BEFORE {verb} ON releases "
                "BEGIN SELECT RAISE(ABORT, 'releases are frozen'); END"
            )
        return
    op.execute(
        f"CREATE TRIGGER releases_no_change BEFORE DELETE OR UPDATE OF {_columns()} ON releases "
        "FOR EACH ROW EXECUTE FUNCTION sme2module_refuse_change()"
    )
    for table in _IMMUTABLE:
        op.execute(
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION sme2module_refuse_change()"
        )


def _columns() -> str:
    return ", ".join(f'"{name}"' for name in _FROZEN)


def downgrade() -> None:
    """There is no way back: restore a backup."""
    raise RuntimeError("what a team has said would be lost: restore a backup")
