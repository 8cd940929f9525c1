"""GitLab and Forgejo on this machine: their REST APIs about one project, as far as releases and settings need them.

- rest: who asks, whether they may, where it leads, pages, and trouble on order
- gitlab: `StandInGitLab`; variables: its variables; merging: its merge requests and events
- forgejo: `StandInForgejo`

Answers have the members that are read here, under the hosts' own names and of their kinds; they have many more.
"""

from tagship.rehearsal.other_hosts.forgejo import StandInForgejo as StandInForgejo
from tagship.rehearsal.other_hosts.gitlab import StandInGitLab as StandInGitLab
