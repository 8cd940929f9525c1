"""Is this branch ready?

- place: one project with all that looking at its branch touches
- beside, ahead: facts about what lies here beside main, and about the tag that it would become
- ways: how the project works towards a release, and what that asks of one branch
- checking: which checks are asked, and how their findings are told
- rivals, rolled: other branches that claim the same, be it by a section of the changelog alone
- added_leaks: credentials in what is added
- trials, trial_build: what takes minutes, in copies: tests, the API, the project's own checks, the build
- mend: what can be mended without anybody's words
"""
