"""placement and wishes; mosaics of before left all of it to the matcher and wished for nothing"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("mosaics", sa.Column("placement", sa.String(), nullable=True))
    op.add_column("mosaics", sa.Column("mirrors", sa.Boolean(), nullable=True))
    op.add_column("mosaics", sa.Column("shift", sa.Double(), nullable=True))
    op.add_column("mosaics", sa.Column("max_uses", sa.Integer(), nullable=True))
    op.add_column(
        "mosaics",
        sa.Column("min_distance", sa.Integer(), server_default=sa.text("0"), nullable=False),
    )
    op.add_column(
        "mosaics",
        sa.Column("use_all", sa.Boolean(), server_default=sa.false(), nullable=False),
    )


def downgrade() -> None:
    for column in ("use_all", "min_distance", "max_uses", "shift", "mirrors", "placement"):
        op.drop_column("mosaics", column)
