"""The tables."""

from app.models.account import Account, Login, Rate, ResetCode
from app.models.api_answer import ApiAnswer
from app.models.api_token import ApiToken
from app.models.base import Base
from app.models.job import Job
from app.models.mosaic import Mosaic
from app.models.operations import Counter, Worker
from app.models.owner import Owner
from app.models.photo import Photo
from app.models.share import Share
from app.models.still import Clip, Still
from app.models.takeaway import Takeaway
from app.models.tile_set import BannedTile, Pack, Refusal, Sheet, Source, SourceFile, Tile, TileSet
from app.models.upload import Upload, UploadFile
from app.models.version import Version

__all__ = [
    "Account",
    "ApiAnswer",
    "ApiToken",
    "BannedTile",
    "Base",
    "Clip",
    "Counter",
    "Job",
    "Login",
    "Mosaic",
    "Owner",
    "Pack",
    "Photo",
    "Rate",
    "Refusal",
    "ResetCode",
    "Share",
    "Sheet",
    "Source",
    "SourceFile",
    "Still",
    "Takeaway",
    "Tile",
    "TileSet",
    "Upload",
    "UploadFile",
    "Version",
    "Worker",
]
