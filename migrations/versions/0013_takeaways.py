"""takeaways: files made of a mosaic, each by a job"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"

ONE_SUBJECT = "num_nonnulls(mosaic_id, source_id, tile_set_id, photo_id) = 1"
ONE_SUBJECT_OF_MORE = "num_nonnulls(mosaic_id, source_id, tile_set_id, photo_id, takeaway_id) = 1"


def upgrade() -> None:
    op.create_table(
        "takeaways",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("mosaic_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("options", postgresql.JSONB(), nullable=False),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("bytes", sa.BigInteger(), nullable=True),
        sa.Column("media", sa.String(), nullable=True),
        sa.Column("suffix", sa.String(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["mosaic_id"], ["mosaics.id"], name=op.f("fk_takeaways_mosaic_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["owners.id"], name=op.f("fk_takeaways_owner_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_takeaways")),
    )
    for column in ("owner_id", "mosaic_id"):
        op.create_index(op.f(f"ix_takeaways_{column}"), "takeaways", [column])
    op.add_column("jobs", sa.Column("takeaway_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_jobs_takeaway_id"),
        *("jobs", "takeaways", ["takeaway_id"], ["id"]),
        ondelete="CASCADE",
    )
    op.create_unique_constraint(op.f("uq_jobs_takeaway_id"), "jobs", ["takeaway_id"])
    _one_subject(ONE_SUBJECT_OF_MORE)


def downgrade() -> None:
    op.execute("DELETE FROM jobs WHERE takeaway_id IS NOT NULL")
    _one_subject(ONE_SUBJECT)
    op.drop_column("jobs", "takeaway_id")
    op.drop_table("takeaways")


def _one_subject(condition: str) -> None:
    op.drop_constraint(op.f("ck_jobs_one_subject"), "jobs", type_="check")
    op.create_check_constraint(op.f("ck_jobs_one_subject"), "jobs", condition)
