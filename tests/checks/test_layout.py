"""Where files stand in wheels, sdists and repositories."""

from tagship.checks.layout import ELSEWHERE, GROUPS, grouped


def test_paths_in_very_many_directories_are_told_in_few_groups() -> None:
    paths = [f"d{number:03}/file.txt" for number in range(GROUPS + 7)]

    groups = grouped(paths, present=())

    assert len(groups) == GROUPS + 1
    assert len(groups[ELSEWHERE]) == 7
