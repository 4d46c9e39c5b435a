"""films: how they are cut, which file a pack was cut from, files that are kept, frames that were looked at, views of photos"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    for table in ("tile_sets", "sources"):
        op.add_column(table, sa.Column("films", postgresql.JSONB(), nullable=True))
    op.add_column("packs", sa.Column("film", sa.Integer(), nullable=True))
    op.add_column(
        "source_files", sa.Column("kept", sa.Boolean(), nullable=False, server_default="false")
    )
    op.alter_column("source_files", "kept", server_default=None)
    op.add_column("photos", sa.Column("view_key", sa.String(), nullable=True))
    op.create_table(
        "stills",
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("film", sa.Integer(), nullable=False),
        sa.Column("time_ms", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["source_id", "film"],
            ["source_files.source_id", "source_files.number"],
            name=op.f("fk_stills_film"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("source_id", "film", "time_ms", name=op.f("pk_stills")),
    )


def downgrade() -> None:
    op.execute("DELETE FROM jobs WHERE kind = 'show_frame'")
    op.drop_table("stills")
    op.drop_column("photos", "view_key")
    op.drop_column("source_files", "kept")
    op.drop_column("packs", "film")
    for table in ("sources", "tile_sets"):
        op.drop_column(table, "films")
