"""mosaics: the plan that was drawn, and a file to zoom in"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    for column in ("plan_key", "zoom_key"):
        op.add_column("mosaics", sa.Column(column, sa.String(), nullable=True))
    op.add_column("mosaics", sa.Column("zoom_bytes", sa.BigInteger(), nullable=True))
    op.add_column("mosaics", sa.Column("zoom", postgresql.JSONB(), nullable=True))


def downgrade() -> None:
    for column in ("zoom", "zoom_bytes", "zoom_key", "plan_key"):
        op.drop_column("mosaics", column)
