"""tiles are found by the hash of their digests: nobody asks for an order of them"""

from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.drop_index(op.f("ix_tiles_digest"), "tiles")
    op.create_index(op.f("ix_tiles_digest"), "tiles", ["digest"], postgresql_using="hash")


def downgrade() -> None:
    op.drop_index(op.f("ix_tiles_digest"), "tiles")
    op.create_index(op.f("ix_tiles_digest"), "tiles", ["digest"])
