"""clips: seconds of films that were looked at"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "clips",
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("film", sa.Integer(), nullable=False),
        sa.Column("time_ms", sa.Integer(), nullable=False),
        sa.Column("content_type", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["source_id", "film"],
            ["source_files.source_id", "source_files.number"],
            name=op.f("fk_clips_film"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("source_id", "film", "time_ms", name=op.f("pk_clips")),
    )


def downgrade() -> None:
    op.execute("DELETE FROM jobs WHERE kind = 'show_clip'")
    op.drop_table("clips")
