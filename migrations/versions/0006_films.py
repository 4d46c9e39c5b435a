"""films: how they are cut, which file a pack was cut from, files that are kept"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0004"


def upgrade() -> None:
    for table in ("tile_sets", "sources"):
        op.add_column(table, sa.Column("films", postgresql.JSONB(), nullable=True))
    op.add_column("packs", sa.Column("film", sa.Integer(), nullable=True))
    op.add_column(
        "source_files", sa.Column("kept", sa.Boolean(), nullable=False, server_default="false")
    )
    op.alter_column("source_files", "kept", server_default=None)


def downgrade() -> None:
    op.drop_column("source_files", "kept")
    op.drop_column("packs", "film")
    for table in ("sources", "tile_sets"):
        op.drop_column(table, "films")
