"""Where bytes live: on a disk or in a bucket, behind one Protocol."""
