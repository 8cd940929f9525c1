"""A code host on this machine: GitHub's REST API of one repository, as far as releases, settings and history need it.

```python
with StandInHost("stand-in/project", git=bare_repository, plan="free") as host:
    token = host.issue_token({"administration": "write", "actions": "read"}, admin=True)
    ...  # talk to host.api_url with it
```

Made with `owner_type` "User" or "Organization", `plan` "free", "pro", "team" or "enterprise", `private`, `immutable`,
`branch`, `git` (a bare repository; without one no commit is known), and `anonymous`, without which a request that
carries no token is refused even where GitHub would answer.

Who may: `host.token` is a maintainer's classic token, `host.reading_token` that of a stranger;
`host.issue_token(permissions, *, kind="fine-grained"|"classic"|"actions", admin=False, push=True, login=None,
expires=None)` makes others. The permissions of a classic token are its scopes. Where one is missing the answer is 403
with `X-Accepted-GitHub-Permissions`, or 404. Stricter than GitHub: what is public needs a permission, too.

What happens to the repository, each by an `actor` (the maintainer) and `at` a time (now), both optional:

- `push(ref, commit, *, force=False, source=None)`, `delete(ref)` and `edit(path, content, *, branch=None, message="")`;
  `source` is a repository that has the commit. They raise `rulings.PushRefused` where rulesets say so.
- `open_pull(branch, *, base=None, title="", owner="", commit=None)`, then
  `merge(*pulls, how="merge"|"squash"|"rebase"|"queue", message="")`, which returns the new tip.
- `received(ref, before, after)` writes down what a real push to the bare repository did.
- `landed(pull, before, after, introduced, how="merge")` does so of a merge, for histories that are made in one go.
- `rename("owner/name")`, `settings.archived`, `settings.private`, `settings.plan`, `settings.has_issues`.
- `environments.appear(name)` as a job does that names one; `secrets.keep(name, value, environment=None)`.
- `activity.kept` is how many updates the log still tells; `settings.clock` can be replaced.

What it holds, to set up and to look at: `settings` (`security`, `people`, `former` ...), `rulesets`
(`add(body, source="an-organisation")` hands one down, `apps` are installed), `rulings.suites`, `branches.protection`,
`environments.held`, `secrets.value(name, environment=None)`, `policies` (what Actions may do, `enforced` by the owner),
`releases`, `actions` (`states`, `runs`, `late`, `start`), `check_runs` and `checks.apps`, `pulls`, `issues.held`,
`activity.updates`, `others.tags` (`{"actions/checkout": {"v5": sha or pins.OtherTag(commit, object)}}`).

Trouble: `fail_next(method, path, status=502, times=1, headers={}, *, spare=0, message=None,
way="refused"|"lost"|"cut"|"cut-after")`, `slow_next(method, path, seconds, times=1)`, and
`rate.leave(remaining, seconds=3600)` for the hourly limit. A path is a pattern such as `*/rulesets`.

`log` has every request in short, `record` has requests and answers whole, without tokens, so that they can be held
against GitHub's description.

- server: the host; reception: from a request to its answer
- call, bodies, refusals: a request, what its body says, and how the host says no
- callers, people: tokens and accounts
- repository, policies, environments, sealed, branches: settings
- rulesets, rule_bodies, ref_patterns, rulings: rules, and what they say to an update
- objects, commits, activity, history, pulls: what is in git, and how it got there
- issues, releases, publishing, actions, checks, pins: the rest of what can be asked
- shapes: how all of it is written down
- manners, record: limits, trouble on order, and what was said
"""

from tagship.rehearsal.host.server import StandInHost as StandInHost
