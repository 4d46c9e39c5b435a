"""mosaics: families, bans and pins; banned_tiles: what nothing shows that is made of a set"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    # Mosaics of before were made with frames apart; from now on they count as one unless somebody says otherwise.
    op.add_column(
        "mosaics", sa.Column("families", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.alter_column("mosaics", "families", server_default=sa.true())
    for name in ("bans", "pins"):
        op.add_column("mosaics", sa.Column(name, sa.String(), server_default="", nullable=False))
    op.execute(
        """UPDATE versions SET look = look || '{"families": "no", "bans": "", "pins": ""}'"""
    )
    op.create_table(
        "banned_tiles",
        sa.Column("tile_set_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["tile_set_id"],
            ["tile_sets.id"],
            name=op.f("fk_banned_tiles_tile_set_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tile_set_id", "number", name=op.f("pk_banned_tiles")),
    )


def downgrade() -> None:
    op.drop_table("banned_tiles")
    op.execute("UPDATE versions SET look = look - 'families' - 'bans' - 'pins'")
    for name in ("pins", "bans", "families"):
        op.drop_column("mosaics", name)
