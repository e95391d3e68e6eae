#!/usr/bin/env bash
# The shell parts of action.yml. Untrusted text (names of files, responses of the portal) comes in as
# environment variables or files, and is never executed. Works with the bash 3.2 of macOS.
set -euo pipefail

main() {
  case "${1:-}" in
    install) install ;;
    run) run ;;
    *) fail 'github-action.sh takes install or run' ;;
  esac
}

fail() {
  echo "::error title=adc::$1"
  exit 1
}

# From the checkout of the action, so that the ref in `uses:` is the version. A second step of a job finds it built.
install() {
  local folder=$RUNNER_TEMP/adc/${GITHUB_ACTION_PATH##*/}
  [[ -x $folder/node_modules/.bin/adc-products ]] || "$GITHUB_ACTION_PATH/ci/install.sh" --prefix "$folder"
  echo "$folder/node_modules/.bin" >>"$GITHUB_PATH"
}

run() {
  [[ $INPUT_COMMAND =~ ^(lint|validate|diff|sync)$ ]] ||
    fail 'the input command must be lint, validate, diff or sync'
  work=$(mktemp -d "$RUNNER_TEMP/adc.XXXXXX")
  report=$work/report.md
  page=$work/adc-diff.html
  plan=${INPUT_PLAN:-$work/plan.json}
  code=0
  read_options
  read_credentials
  annotate
  "run_$INPUT_COMMAND" || code=$?
  read_report
  show_report
  write_outputs
  comment || echo '::warning title=adc::the comment could not be written'
  exit "$code"
}

# Options are lists of whole arguments: nothing in them is split, expanded or read as another option.
read_options() {
  local options
  consent=() record=()
  read_lines --file= "${INPUT_FILES:-}"
  files=(${options[@]+"${options[@]}"})
  read_lines --gateway= "${INPUT_GATEWAY:-}"
  gateway=(${options[@]+"${options[@]}"})
  read_lines '' "${INPUT_EXTRA_ARGS:-}"
  extra=(${options[@]+"${options[@]}"})
  [[ -z ${INPUT_MAX_SUBSCRIPTION_LOSS:-} ]] || consent+=("--max-subscription-loss=$INPUT_MAX_SUBSCRIPTION_LOSS")
  [[ -z ${INPUT_MAX_DELETES:-} ]] || consent+=("--max-deletes=$INPUT_MAX_DELETES")
  case "${INPUT_ALLOW_SUBSCRIPTION_LOSS:-false}" in
    true) consent+=(--allow-subscription-loss) ;;
    false) ;;
    *) fail 'the input allow-subscription-loss must be true or false' ;;
  esac
  case "${INPUT_RECORD:-false}" in
    true) record=("--record=$work/record.jsonl") ;;
    false) ;;
    *) fail 'the input record must be true or false' ;;
  esac
  case "${INPUT_RESTORE_SUBSCRIPTIONS:-false}" in
    true) record=("--record=$work/record.jsonl" --restore-subscriptions) ;;
    false) ;;
    *) fail 'the input restore-subscriptions must be true or false' ;;
  esac
}

# Sets `options` to the lines of $2 that are not blank, with the prefix $1. Starts no process.
read_lines() {
  local line cr=$'\r'
  options=()
  while IFS= read -r line; do
    [[ $line =~ ^[[:space:]]*$ ]] || options+=("$1$line")
  done <<<"${2//$cr/}"
}

# Product files can use ${NAME}: adc does not fill in its own token, and sees no other one.
read_credentials() {
  github_token=${INPUT_GITHUB_TOKEN:-}
  [[ -z ${INPUT_SERVER:-} ]] || export ADC_SERVER=$INPUT_SERVER
  [[ -z ${INPUT_TOKEN:-} ]] || export ADC_TOKEN=$INPUT_TOKEN
  [[ -z ${INPUT_PORTAL:-} ]] || export ADC_PORTAL=$INPUT_PORTAL
  [[ -z ${INPUT_OWNER:-} ]] || export ADC_OWNER=$INPUT_OWNER
  [[ -z ${INPUT_PORTAL_SERVER:-} ]] || export ADC_PORTAL_SERVER=$INPUT_PORTAL_SERVER
  [[ -z ${INPUT_PORTAL_TOKEN:-} ]] || export ADC_PORTAL_TOKEN=$INPUT_PORTAL_TOKEN
  unset INPUT_TOKEN INPUT_PORTAL_TOKEN INPUT_GITHUB_TOKEN GH_TOKEN GITHUB_TOKEN ACTIONS_ID_TOKEN_REQUEST_TOKEN ACTIONS_RUNTIME_TOKEN
}

# Annotates errors at their lines; the command itself decides whether the step fails.
annotate() {
  [[ $INPUT_COMMAND == sync && -n ${INPUT_PLAN:-} ]] && return
  adc-products lint --format=github ${files[@]+"${files[@]}"} ${gateway[@]+"${gateway[@]}"} 2>/dev/null | grep '^::' || true
}

run_lint() { adc lint; }
run_validate() { adc validate; }
run_diff() {
  local base=${INPUT_BASE:-}
  if [[ -z $base && -n ${GITHUB_BASE_REF:-} ]]; then
    base=$(git merge-base HEAD "refs/remotes/origin/$GITHUB_BASE_REF") ||
      fail 'the merge base of the pull request is not in this clone: set fetch-depth: 0 for actions/checkout, or the input base'
  fi
  local ended=0
  make_plan --fail-on=refused ${base:+"--base=$base"} || ended=$?
  [[ ! $ended =~ ^[024]$ ]] || make_page ${base:+"--base=$base"}
  return "$ended"
}
# Reads the portal again, since one run has one format. Without a page, the report still has the plan.
make_page() {
  local ended=0
  adc-products diff ${consent[@]+"${consent[@]}"} ${files[@]+"${files[@]}"} ${gateway[@]+"${gateway[@]}"} \
    ${extra[@]+"${extra[@]}"} "$@" --format=html >"$page" 2>/dev/null || ended=$?
  [[ $ended =~ ^[024]$ ]] || rm "$page"
}
make_plan() { adc diff "$@" ${consent[@]+"${consent[@]}"} --output="$plan"; }

# sync applies the plan that was counted. A plan holds neither owners nor consent, so sync gets the files too.
run_sync() {
  if [[ -z ${INPUT_PLAN:-} ]]; then
    make_plan || return
  fi
  adc sync ${consent[@]+"${consent[@]}"} ${record[@]+"${record[@]}"} --plan="$plan"
}

# Runs a command with its report in $report. Passes signals on, because the runner sends them only to this shell, and
# keeps the runner from reading the output of adc as commands.
adc() {
  local ended=0 mark=$RANDOM$RANDOM$RANDOM
  echo "::stop-commands::$mark"
  adc-products "$@" ${files[@]+"${files[@]}"} ${gateway[@]+"${gateway[@]}"} ${extra[@]+"${extra[@]}"} --format=markdown >"$report" &
  child=$!
  trap 'kill -INT "$child" 2>/dev/null || true' INT
  trap 'kill -TERM "$child" 2>/dev/null || true' TERM
  wait "$child" || ended=$?
  while kill -0 "$child" 2>/dev/null; do
    ended=0
    wait "$child" || ended=$?
  done
  echo "::$mark::"
  return "$ended"
}

# A plan that the inputs do not name is in a folder of the runner, which no longer exists when people read the report.
read_report() {
  IFS= read -rd '' text <"$report" || true
  [[ -z ${INPUT_PLAN:-} ]] || return 0
  text=${text// --plan "$plan"/}
  text=${text// --plan \'"$plan"\'/}
}

show_report() {
  local mark=$RANDOM$RANDOM$RANDOM
  echo "::stop-commands::$mark"
  printf %s "$text"
  echo "::$mark::"
  printf %s "$text" >>"$GITHUB_STEP_SUMMARY"
}

write_outputs() {
  local end=$RANDOM$RANDOM$RANDOM
  echo "exit-code=$code" >>"$GITHUB_OUTPUT"
  [[ ! -f $page ]] || printf 'page=%s\npage-artifact=adc-diff-%s\n' "$page" "$(key)" >>"$GITHUB_OUTPUT"
  [[ ! -f $work/record.jsonl ]] ||
    printf 'record=%s\nrecord-artifact=adc-record-%s\n' "$work/record.jsonl" "$(key)" >>"$GITHUB_OUTPUT"
  made_plan || return 0
  printf 'plan<<%s\n%s\n%s\n' "$end" "$plan" "$end" >>"$GITHUB_OUTPUT"
  counts >>"$GITHUB_OUTPUT"
}

# A file at that path may come from an earlier run, or not be a plan.
made_plan() {
  [[ -f $plan && $INPUT_COMMAND/$code =~ ^(diff/[024]|sync/(0|3|4|130|143))$ ]]
}

# shellcheck disable=SC2016
counts() {
  PLAN=$plan node -e '
    const { summary } = JSON.parse(require("node:fs").readFileSync(process.env.PLAN, "utf8")).plan;
    const { active, pending, unknown } = summary.subscriptions_ended;
    const ended = { "subscriptions-ended": active + pending, "subscriptions-unknown": unknown };
    for (const name of ["create", "update", "unpublish", "publish", "delete", "adopt"]) ended[name] = summary[name];
    for (const [name, count] of Object.entries(ended)) console.log(`${name}=${Number(count)}`);'
}

# One comment for each combination of inputs, so that the portals of a matrix do not overwrite each other. Only a comment
# of our own is updated, because anyone can write a comment with the marker.
comment() {
  [[ -n $github_token && ${PULL_REQUEST:-} =~ ^[0-9]+$ ]] || return 0
  local marker login id
  marker="<!-- adc-action:$(key) -->"
  { printf '%s\n%s' "$marker" "$text" && page_link; } >"$work/comment.md"
  login=$(github graphql -f 'query={viewer{login}}' --jq .data.viewer.login) || return
  github "repos/$GITHUB_REPOSITORY/issues/$PULL_REQUEST/comments?per_page=100" --paginate \
    --jq '.[] | {id, login: .user.login, body}' >"$work/comments.jsonl" || return
  id=$(MARKER=$marker LOGIN=$login own_comment <"$work/comments.jsonl") || return
  if [[ -n $id ]]; then
    github --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$id" -F "body=@$work/comment.md" >/dev/null
  else
    github --method POST "repos/$GITHUB_REPOSITORY/issues/$PULL_REQUEST/comments" -F "body=@$work/comment.md" >/dev/null
  fi
}

# The step that uploads the page comes after this one.
page_link() {
  [[ ! -f $page ]] || printf \
    '\n[The plan as a page](%s/%s/actions/runs/%s#artifacts)\n' \
    "$GITHUB_SERVER_URL" "$GITHUB_REPOSITORY" "$GITHUB_RUN_ID"
}

key() {
  printf '%s\0' "$INPUT_COMMAND" "${ADC_SERVER:-}" "${ADC_PORTAL:-}" "${INPUT_FILES:-}" "${INPUT_EXTRA_ARGS:-}" |
    git hash-object --stdin
}

github() {
  GH_TOKEN=$github_token GH_ENTERPRISE_TOKEN=$github_token GH_HOST=${GITHUB_SERVER_URL#*://} gh api "$@"
}

own_comment() {
  node -e '
    const { MARKER, LOGIN } = process.env;
    const comments = require("node:fs").readFileSync(0, "utf8").split("\n").filter(Boolean).map((line) => JSON.parse(line));
    const own = comments.find(({ login, body }) => login === LOGIN && body.startsWith(MARKER));
    if (own) console.log(Number(own.id));'
}

main "$@"
