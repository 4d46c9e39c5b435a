"""people: accounts, logged-in browsers, codes for a new password, and how often something was asked for"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

NOW = {"server_default": sa.text("now()"), "nullable": False}


def upgrade() -> None:
    op.add_column("owners", sa.Column("moved_to", sa.Uuid()))
    op.create_foreign_key(
        op.f("fk_owners_moved_to"), "owners", "owners", ["moved_to"], ["id"], ondelete="CASCADE"
    )
    op.create_index(op.f("ix_owners_moved_to"), "owners", ["moved_to"])
    op.create_table(
        "accounts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String()),
        sa.Column("operator", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), **NOW),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["owners.id"], name=op.f("fk_accounts_owner_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("owner_id", name=op.f("uq_accounts_owner_id")),
        sa.UniqueConstraint("email", name=op.f("uq_accounts_email")),
    )
    op.create_table(
        "logins",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("browser", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), **NOW),
        sa.Column("seen_at", sa.DateTime(timezone=True), **NOW),
        _of_account("logins"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_logins")),
        sa.UniqueConstraint("digest", name=op.f("uq_logins_digest")),
    )
    op.create_table(
        "reset_codes",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        _of_account("reset_codes"),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_reset_codes")),
    )
    for table in ("logins", "reset_codes"):
        op.create_index(op.f(f"ix_{table}_account_id"), table, ["account_id"])
    op.create_table(
        "rates",
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("free_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_rates")),
    )
    op.create_index(op.f("ix_rates_free_at"), "rates", ["free_at"])


def downgrade() -> None:
    for table in ("rates", "reset_codes", "logins", "accounts"):
        op.drop_table(table)
    op.drop_column("owners", "moved_to")


def _of_account(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_account_id")
    return sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=name, ondelete="CASCADE")
