"""films: how they are cut, which file a pack was cut from, files that are kept"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("sources", sa.Column("films", postgresql.JSONB(), nullable=True))
    op.add_column("packs", sa.Column("film", sa.Integer(), nullable=True))
    op.add_column(
        "source_files", sa.Column("kept", sa.Boolean(), nullable=False, server_default="false")
    )
    op.alter_column("source_files", "kept", server_default=None)


def downgrade() -> None:
    op.drop_column("source_files", "kept")
    op.drop_column("packs", "film")
    op.drop_column("sources", "films")
