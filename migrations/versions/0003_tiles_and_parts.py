"""tiles that know what they look like; jobs in parts"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0001"

# Columns that every row has, with what rows from before get.
FILLED = {
    ("tile_sets", "next_number"): (sa.Integer(), "0"),
    ("tile_sets", "crop"): (sa.String(), "centre"),
    ("sources", "kind"): (sa.String(), "pictures"),
    ("sources", "duplicates"): (sa.Integer(), "0"),
    ("sources", "near"): (sa.Integer(), "0"),
    ("jobs", "duplicates"): (sa.Integer(), "0"),
}
OPEN = {
    ("tiles", "time_ms"): sa.Integer(),
    ("tiles", "family"): sa.Integer(),
    ("tiles", "digest"): sa.LargeBinary(),
    ("tiles", "phash"): sa.BigInteger(),
    ("tiles", "lab_l"): sa.SmallInteger(),
    ("tiles", "lab_a"): sa.SmallInteger(),
    ("tiles", "lab_b"): sa.SmallInteger(),
    ("jobs", "parent_id"): sa.Uuid(),
    ("jobs", "part"): sa.Integer(),
    ("jobs", "details"): postgresql.JSONB(),
}
A_JOB = sa.text("part IS NULL")


def upgrade() -> None:
    for (table, name), (kind, value) in FILLED.items():
        op.add_column(table, sa.Column(name, kind, nullable=False, server_default=value))
        op.alter_column(table, name, server_default=None)
    op.execute("UPDATE tile_sets SET next_number = tile_count")
    for (table, name), kind in OPEN.items():
        op.add_column(table, sa.Column(name, kind, nullable=True))
    op.create_index("ix_tiles_digest", "tiles", ["tile_set_id", "digest"])
    op.create_foreign_key(
        op.f("fk_jobs_parent_id"), "jobs", "jobs", ["parent_id"], ["id"], ondelete="CASCADE"
    )
    op.create_unique_constraint(op.f("uq_jobs_parent_id"), "jobs", ["parent_id", "part"])
    op.create_check_constraint(
        op.f("ck_jobs_part_of_a_job"), "jobs", "(parent_id IS NULL) = (part IS NULL)"
    )
    op.drop_constraint(op.f("uq_jobs_source_id"), "jobs")
    op.create_index("uq_jobs_source_id", "jobs", ["source_id"], unique=True, postgresql_where=A_JOB)
    op.create_index(op.f("ix_jobs_source_id"), "jobs", ["source_id"])


def downgrade() -> None:
    op.execute("DELETE FROM jobs WHERE part IS NOT NULL")
    op.execute("UPDATE jobs SET state = 'queued' WHERE state = 'split'")
    op.drop_index(op.f("ix_jobs_source_id"), "jobs")
    op.drop_index("uq_jobs_source_id", "jobs")
    op.create_unique_constraint(op.f("uq_jobs_source_id"), "jobs", ["source_id"])
    op.drop_index("ix_tiles_digest", "tiles")
    for table, name in [*OPEN, *FILLED]:
        op.drop_column(table, name)
