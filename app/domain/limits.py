"""Every limit a person can meet, in one place, with the reason beside it."""

from __future__ import annotations

from uuid import UUID

MB = 1_000_000

# The largest photos in use (150 MP medium format) are under 100 MB as JPEG.
PHOTO_MAX_BYTES = 100 * MB
PHOTO_MAX_PIXELS = 150_000_000
# Below this there is nothing to recognise in a mosaic: 16 px is two cells of the original's grid.
PHOTO_MIN_SIDE = 16

# What one plain form may carry before an uploader in parts is the better tool.
UPLOAD_MAX_BYTES = 2_000 * MB
UPLOAD_MAX_FILES = 5_000

# With a script, files travel one by one, in parts: a lost connection costs 16 MB at most, and S3's 10,000 parts are
# more than the largest file.
PART_BYTES = 16 * MB
FILE_MAX_BYTES = 100_000 * MB
FILES_MAX = 100_000
# Files up to this are sent many at a time: for these, a request of their own each would take longer than their bytes.
SMALL_MAX_BYTES = 4 * MB
BATCH_MAX_BYTES = 16 * MB
BATCH_MAX_FILES = 500

PENALTY_MIN, PENALTY_MAX, PENALTY_DEFAULT = 0.0, 0.5, 0.05
CELLS_ACROSS_MIN, CELLS_ACROSS_MAX = 4, 300
# 60,000 cells of 50 px are a 150-megapixel mosaic: more than a wall print needs at 300 dpi.
CELLS_MAX = 60_000
CELL_PX = 50
# Twins 11 cells apart are not seen together; and a square of 11 cells asks for 121 tiles already.
DISTANCE_MAX = 10

# What was decided tile by tile for one mosaic: more than a patient evening's clicks, and a field of some 40 kB at most.
BANS_MAX = PINS_MAX = 2_000
# For all that a set makes. Whoever wants to do without more takes them out of it.
SET_BANS_MAX = 10_000

# Below 0.1 a film of an hour gives 360 frames; over 5 neighbours hardly differ.
FRAMES_PER_SECOND_MIN, FRAMES_PER_SECOND_MAX = 0.1, 5.0
# At 7 across the squares of a wide film overlap by half.
SQUARES_MAX = 7

NAME_MAX = 80
# More than anybody compares; each keeps a picture of some 300 kB.
VERSIONS_MAX = 50
# Of one mosaic, for one owner: every format in every size, and a dozen prints. A print of a gigapixel is 500 MB.
TAKEAWAYS_MAX = 24
# A script for each has a token of its own; more than these are forgotten ones.
TOKENS_MAX = 50
# A mosaic that more people have a link of their own to is public in all but name.
SHARES_MAX = 50
# A list longer than this is not read by anyone; the count is still exact.
REFUSALS_LISTED = 1_000

# Owns what everybody may look at and nobody may change: the sample set, the sample photos, the example.
SYSTEM_OWNER = UUID("00000000-0000-4000-8000-000000000001")
