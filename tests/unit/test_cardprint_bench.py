"""The card benchmark: that it tells good pictures from hopeless ones, and says what it lacks."""

import pytest

from kaikukortti.cli import bench_cards, card_camera
from kaikukortti.cli.card_camera import Shot, scan_at


def test_matrix_tells_a_flat_scan_from_a_hopeless_blur(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench_cards, "CONDITIONS", {"flat": scan_at(300), "hopeless": Shot(blur_mm=3)})
    lines: list[str] = []
    flat, hopeless = bench_cards.write_matrix(bench_cards.decode_matrix(cards=3), write=lines.append)
    assert [(rate.right, rate.wrong, rate.of) for rate in flat.rates.values()] == [(3, 0, 3)] * len(flat.rates)
    assert {rate.percent for rate in hopeless.rates.values()} == {0.0}
    assert lines[1].split() == ["flat"] + ["100"] * len(flat.rates)
    assert ("QR 1-Q", "zxing") in flat.rates and ("Code 39", "zxing") in flat.rates


def test_same_seed_takes_the_same_picture_and_frames_differ() -> None:
    printed = card_camera.print_qr(bench_cards.seeded_numbers(1, seed="x")[0], version=1, level="Q", width_mm=34)
    shot = Shot(motion_mm=1, frames=2)
    first = card_camera.photograph(printed, shot, seed="a")
    assert first.tobytes() == card_camera.photograph(printed, shot, seed="a").tobytes()
    assert first.tobytes() != card_camera.photograph(printed, shot, seed="a", frame=1).tobytes()


def test_missing_tools_are_named_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bench_cards.missing_tools() is None
    monkeypatch.setattr(bench_cards, "HAS_ZXING", False)
    with pytest.raises(RuntimeError, match="zxing-cpp"):
        next(bench_cards.decode_matrix(cards=1))
    monkeypatch.setattr(bench_cards, "sheet_speed", lambda: bench_cards.Speed(cards=10, seconds=0.5, size=1000))
    assert bench_cards.main() == 1
    output = capsys.readouterr()
    assert output.err.count("\n") == 1 and "requirements-dev.txt" in output.err
    assert "20 cards/s" in output.out
