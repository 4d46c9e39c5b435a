"""sheets of small tiles; colours of sets and photos; shared sets"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"

SUBJECTS = "num_nonnulls(mosaic_id, source_id, tile_set_id, photo_id) = 1"
SHARE = "UPDATE tile_sets SET shared = true WHERE owner_id = '00000000-0000-4000-8000-000000000001'"


def upgrade() -> None:
    op.create_table(
        "sheets",
        sa.Column("tile_set_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("offset", sa.BigInteger(), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("until", sa.Integer(), nullable=False),
        sa.Column("tiles", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tile_set_id"],
            ["tile_sets.id"],
            name=op.f("fk_sheets_tile_set_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tile_set_id", "number", name=op.f("pk_sheets")),
    )
    for name, kind, value in (("shared", sa.Boolean(), "false"), ("surveyed", sa.Integer(), "0")):
        op.add_column("tile_sets", sa.Column(name, kind, nullable=False, server_default=value))
        op.alter_column("tile_sets", name, server_default=None)
    op.add_column("packs", sa.Column("dirty", sa.Boolean(), nullable=False, server_default="false"))
    op.alter_column("packs", "dirty", server_default=None)
    op.execute(SHARE)
    for table in ("tile_sets", "photos"):
        op.add_column(table, sa.Column("colors", postgresql.JSONB(), nullable=True))
    for table in ("tile_sets", "photos"):
        column = table.removesuffix("s") + "_id"
        op.add_column("jobs", sa.Column(column, sa.Uuid(), nullable=True))
        op.create_foreign_key(
            op.f(f"fk_jobs_{column}"), "jobs", table, [column], ["id"], ondelete="CASCADE"
        )
        op.create_index(op.f(f"ix_jobs_{column}"), "jobs", [column])
    op.drop_constraint(op.f("ck_jobs_one_subject"), "jobs")
    op.create_check_constraint(op.f("ck_jobs_one_subject"), "jobs", SUBJECTS)


def downgrade() -> None:
    op.execute("DELETE FROM jobs WHERE tile_set_id IS NOT NULL OR photo_id IS NOT NULL")
    op.drop_constraint(op.f("ck_jobs_one_subject"), "jobs")
    op.create_check_constraint(
        op.f("ck_jobs_one_subject"), "jobs", "(mosaic_id IS NULL) <> (source_id IS NULL)"
    )
    for column in ("tile_set_id", "photo_id"):
        op.drop_column("jobs", column)
    op.drop_column("photos", "colors")
    for column in ("colors", "surveyed", "shared"):
        op.drop_column("tile_sets", column)
    op.drop_column("packs", "dirty")
    op.drop_table("sheets")
