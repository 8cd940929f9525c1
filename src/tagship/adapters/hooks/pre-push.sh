#!/bin/sh
# tagship guard: lets nothing past a pull request, and no tag off main, leave this clone.
#
# Written by `tagship guard --install`, taken away by `tagship guard --uninstall`. A hook that was here before is kept
# beside this one and runs first. Whoever means it may go past it with `git push --no-verify`: what cannot be gone past
# is a rule of the server.
set -eu

# A hook manager that keeps this hook may be kept by it as well.
[ -z "${TAGSHIP_PRE_PUSH:-}" ] || exit 0
TAGSHIP_PRE_PUSH=1
export TAGSHIP_PRE_PUSH

remote=${1:-origin}
address=${2:-$remote}
refused=0
here=$(dirname -- "$0")
pushed=$(cat)

say() {
    printf 'tagship: %s\n' "$1" >&2
}

refuse() {
    say "$1"
    refused=1
}

is_nothing() {
    case $1 in
        *[!0]*) return 1 ;;
    esac
}

main=${TAGSHIP_MAIN:-$(git config --get tagship.main || true)}
if [ -z "$main" ]; then
    say "this push is refused: which branch is main is not written in tagship.main; run tagship guard --install again"
    exit 1
fi
lines=${TAGSHIP_LINES-$(git config --get-all tagship.line || true)}

if [ -x "$here/pre-push.before-tagship" ]; then
    if [ -n "$pushed" ]; then
        printf '%s\n' "$pushed" | "$here/pre-push.before-tagship" "$@"
    else
        "$here/pre-push.before-tagship" "$@" </dev/null
    fi
fi

# Whether a commit is on main or on a line of release, as far as this clone knows the remote.
is_released_from() {
    commit=$1
    set -- "refs/remotes/$remote/$main"
    while read -r line; do
        [ -z "$line" ] || set -- "$@" "refs/remotes/$remote/$line"
    done <<END
$lines
END
    [ -z "$(git for-each-ref --count=1 --format=found --contains="$commit" "$@")" ] || return 0
    # Of a remote that is named by its address alone nothing is remembered.
    ! git show-ref --verify --quiet "refs/remotes/$remote/$main" || return 1
    tip=$(git ls-remote "$address" "refs/heads/$main" | cut -f 1)
    [ -n "$tip" ] && git merge-base --is-ancestor "$commit" "$tip" 2>/dev/null
}

look_at_main() {
    if is_nothing "$1"; then
        refuse "$main is not deleted"
    elif is_nothing "$2"; then
        : # it begins with this
    elif git merge-base --is-ancestor "$2" "$1" 2>/dev/null; then
        refuse "nothing is pushed straight to $main: push a branch of its own and open a pull request"
    else
        refuse "$main is not forced: it would lose commits that others have, or that were not fetched"
    fi
}

look_at_tag() {
    if is_nothing "$2"; then
        refuse "the tag $1 is not deleted: what was published from it names it"
    elif ! is_nothing "$3"; then
        refuse "the tag $1 is not moved: use the next version"
    elif ! commit=$(git rev-parse --verify --quiet "$2^{commit}"); then
        refuse "the tag $1 leads to no commit"
    elif ! is_released_from "$commit"; then
        refuse "the tag $1 is on a commit that $remote has neither on $main nor on a line of release, as far as this \
clone knows: git fetch $remote, and tag a commit of $main"
    fi
}

# From behind: what is pushed may be named by words with spaces between them, HEAD^{/fix it}.
while IFS= read -r line; do
    before=${line##* }
    line=${line% *}
    theirs=${line##* }
    line=${line% *}
    ours=${line##* }
    case $theirs in
        "refs/heads/$main") look_at_main "$ours" "$before" ;;
        refs/tags/*) look_at_tag "${theirs#refs/tags/}" "$ours" "$before" ;;
    esac
done <<END
$pushed
END

exit "$refused"
