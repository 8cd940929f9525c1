import pytest

from tagship.adapters import classifiers
from tagship.adapters.classifiers import known_classifiers
from tagship.errors import FactUnknown, Run


def test_the_installed_list() -> None:
    found = known_classifiers()

    assert "Typing :: Typed" in found.known
    assert "Private :: Do Not Upload" not in found.known
    assert found.deprecated["Natural Language :: Ukranian"] == ("Natural Language :: Ukrainian",)
    assert found.source.startswith("trove-classifiers 20")


def test_no_list_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(classifiers, "_MODULE", "no_such_list")

    with pytest.raises(FactUnknown) as unknown:
        known_classifiers()

    assert unknown.value.remedy == Run(("pip", "install", "trove-classifiers"))
