"""The engine's limits and sizes, with the reason beside each. Imports nothing: the decoding child starts with it."""

# The match resolution: a tile or a cell is compared at 5 x 5 px.
THUMB_PX = 5

# 150 MP is today's largest camera back; a decoded photo of that size still fits the child's memory.
PHOTO_MAX_PIXELS = 150_000_000
TILE_MAX_PIXELS = 50_000_000
# A 150-MP photo is under 100 MB as JPEG; as PNG it may be more, but then nobody uploads it.
FILE_MAX_BYTES = 128 * 2**20

# Below this there is nothing to recognise in a mosaic: 16 px is two cells of the original's grid.
PHOTO_MIN_PX = 16
ACROSS_MIN, ACROSS_MAX = 4, 300
# 60,000 cells of 50 px are a 150-megapixel mosaic: more than a wall print needs.
CELLS_MAX = 60_000

# At 0.5 a tile's second use costs half of the whole scale of scores: nothing repeats that has any alternative.
PENALTY_MAX = 0.5
K_MAX = 2_000
# Twins 11 cells apart are not seen together; and a square of 11 cells asks for 121 tiles already.
DISTANCE_MAX = 10

# Twice 50-px cells with room for zooming in; 190,000 tiles of this size are under 1 GB.
TILE_PX = 128

# Under 16 px a tile is a dot; over 512 px it only shows that tiles are kept at 128.
CELL_PX_MIN, CELL_PX_MAX = 16, 512
# From a poster seen across a street to what a film recorder does.
DPI_MIN, DPI_MAX = 10, 5_000
# The format's own: 16 bits for each side.
JPEG_MAX_PX = 65_535

# The child's limits. 2 GB hold a progressive 150-MP JPEG (0.9 GB of coefficients, 0.6 GB of pixels).
CHILD_ADDRESS_SPACE = 2 * 2**30
# The slowest honest picture, a 150-MP PNG, takes 10 s of CPU; the wall allows for a busy machine.
FILE_CPU_SECONDS = 60
FILE_WALL_SECONDS = 180
# The most that Linux gives a pipe of an ordinary user.
PIPE_BYTES = 1 << 20

# An archive: 190,000 tiles and room to grow; its pictures do not shrink, so what shrinks 100 times is a trap.
ZIP_MAX_ENTRIES = 250_000
ZIP_MAX_DIRECTORY_BYTES = 64 * 2**20
ZIP_MAX_TOTAL_BYTES = 32 * 2**30
ZIP_MAX_RATIO = 100
# Small members compress by any factor; only one that would fill memory matters.
ZIP_RATIO_FROM_BYTES = 2**20
# Deflate makes what it cannot shrink a little larger.
ZIP_PACKED_MORE = 2**20

# A film: 8K is 33 MP; a decoder keeps up to 16 frames of it, which is what the child's memory holds.
FILM_MAX_PIXELS = 36_000_000
# Below 0.1 a film of an hour gives 360 frames; over 5 neighbours hardly differ.
FRAMES_PER_SECOND_MIN, FRAMES_PER_SECOND_MAX = 0.1, 5.0
# At 7 across the squares of a wide film overlap by half.
SQUARES_MAX = 7
# A still of a frame is for looking at; 4K is as large as films are.
STILL_MAX_PX = 4_096
# Hours of film take long, but no second of it does: an 8K frame takes a second of CPU. So these are counted anew whenever
# the child says how far it has come, which it does four times a second.
FILM_CPU_SECONDS = 60
FILM_WALL_SECONDS = 120
