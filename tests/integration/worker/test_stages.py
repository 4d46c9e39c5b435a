"""The share done never falls back, and knows every stage the engine has."""

import pytest

from app.domain.states import Queue
from worker.jobs import stages
from worker.jobs.stages import MosaicProgress
from worker.runner import run_next


def test_a_stage_that_begins_anew_does_not_take_back_what_was_shown():
    told = []
    progress = MosaicProgress(lambda stage, share: told.append((stage, share)))
    for share in (0.5, 1.0, 0.25, 1.0):
        progress("Placing tiles", share)
    shares = [share for _, share in told]
    assert shares == sorted(shares)
    assert 0 < shares[0] < shares[-1] < 1
    assert {stage for stage, _ in told} == {"Placing tiles"}


@pytest.mark.parametrize("placement", [None, "optimal"])
def test_every_stage_of_a_real_mosaic_is_known_and_in_order(
    workshop, tile_set, order, monkeypatch, placement
):
    told = []
    call = MosaicProgress.__call__

    def listen(self, stage, share=0.0):
        call(self, stage, share)
        told.append((stage, self._share))

    monkeypatch.setattr(MosaicProgress, "__call__", listen)
    order(tile_set, placement=placement)
    assert run_next(workshop, Queue.MOSAICS)
    assert list(dict.fromkeys(stage for stage, _ in told)) == list(stages.LENGTHS)
    shares = [share for _, share in told]
    assert shares == sorted(shares)


def test_the_best_placement_has_the_time_that_it_takes():
    def share_of_placing(placement):
        shares = []
        progress = MosaicProgress(lambda _, share: shares.append(share), placement=placement)
        progress("Placing tiles", 0.0)
        progress("Placing tiles", 1.0)
        return shares[1] - shares[0]

    assert share_of_placing(None) == share_of_placing("improved") == pytest.approx(0.02)
    assert share_of_placing("optimal") == pytest.approx(80 / 178)
