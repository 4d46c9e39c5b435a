"""The share done never falls back, and knows every stage the engine has."""

from app.domain.states import Queue
from worker.jobs import stages
from worker.jobs.stages import MosaicProgress
from worker.runner import run_next


def test_every_stage_of_a_real_mosaic_is_known_and_in_order(workshop, tile_set, order, monkeypatch):
    told = []
    call = MosaicProgress.__call__

    def listen(self, stage, share=0.0):
        call(self, stage, share)
        told.append((stage, self._share))

    monkeypatch.setattr(MosaicProgress, "__call__", listen)
    order(tile_set)
    assert run_next(workshop, Queue.MOSAICS)
    assert list(dict.fromkeys(stage for stage, _ in told)) == list(stages.ENDS)
    shares = [share for _, share in told]
    assert shares == sorted(shares)
