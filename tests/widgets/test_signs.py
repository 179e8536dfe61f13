import pytest
from rich.cells import cell_len

from rcm_tui.widgets.signs import SIGNS, ascii_wanted, sign


def test_every_sign_takes_one_cell_and_has_an_ascii_twin() -> None:
    for name, (drawn, twin) in SIGNS.items():
        assert cell_len(drawn) == 1, name
        assert twin.isascii()
        assert len(twin) == 1
    assert sign("") == ""
    assert len({twin for _, twin in SIGNS.values()}) == len(SIGNS)


@pytest.mark.parametrize(("asked", "wanted"), [("1", True), ("0", False), ("no", False)])
def test_a_person_can_ask_for_ascii(
    monkeypatch: pytest.MonkeyPatch, asked: str, wanted: bool
) -> None:
    monkeypatch.setenv("RCM_TUI_ASCII", asked)
    assert ascii_wanted() is wanted
