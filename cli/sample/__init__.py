"""The sample tile set, the sample photos and the example mosaic: what a first visitor sees."""
