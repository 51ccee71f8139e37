# Changes hosts one after another: canaries, then nodes, the front-end master last. A host that is not well afterwards
# goes back to what it ran before, and the rest is left alone.
flake=.
drain_limit=600
session_probe=1

usage() {
  cat <<'EOF'
Usage: deploy [--flake FLAKE] [--drain-limit SECONDS] [--without-session] HOST… | all

  --flake FLAKE          where the hosts are described [default: .]
  --drain-limit SECONDS  how long sessions may go on where kernel or engine change [default: 600]
  --without-session      do not open and close a session after each host

Log in first: carrel login. Hosts are reached as root by SSH under their addresses in carrel.rack.
EOF
}

while [ $# -gt 0 ]; do
  case $1 in
    --flake) flake=$2; shift 2 ;;
    --drain-limit) drain_limit=$2; shift 2 ;;
    --without-session) session_probe=0; shift ;;
    -h | --help) usage; exit 0 ;;
    -*) echo "error: deploy knows no $1" >&2; usage >&2; exit 64 ;;
    *) break ;;
  esac
done
if [ $# -eq 0 ]; then
  usage >&2
  exit 64
fi

declare -A address node_id old new state
ordered=()

on() { ssh -o BatchMode=yes -o ConnectTimeout=10 "root@${address[$1]}" "${@:2}"; }
is_node() { [ "${node_id[$1]}" != - ]; }
say() { echo "$*" >&2; }

# One line for each host: its place in the order, name, address, node id.
# shellcheck disable=SC2016 # Nix, not shell
describe='configurations:
  let
    racks = builtins.filter (rack: rack.enable) (map (it: it.config.carrel.rack) (builtins.attrValues configurations));
    hosts = (builtins.head racks).hosts;
    has = list: word: builtins.elem word list;
    place = host: if has host.tags "canary" then "0" else if has host.roles "frontend-master" then "2" else "1";
    node = host: if has host.roles "compute-node" then host.nodeId else "-";
    line = name: let host = hosts.${name}; in "${place host} ${name} ${host.address} ${node host}\n";
  in
  if racks == [ ] then throw "no host of this flake has carrel.rack.enable" else builtins.concatStringsSep "" (map line (builtins.attrNames hosts))'

choose() {
  local known place name where id wanted
  known=$(nix eval --raw "$flake#nixosConfigurations" --apply "$describe")
  while read -r place name where id; do
    address[$name]=$where
    node_id[$name]=$id
    for wanted in "$@"; do
      if [ "$wanted" = all ] || [ "$wanted" = "$name" ]; then
        ordered+=("$name")
      fi
    done
  done < <(sort <<<"$known")
  for wanted in "$@"; do
    if [ "$wanted" != all ] && [ -z "${address[$wanted]:-}" ]; then
      say "error: carrel.rack.hosts has no $wanted; it has ${!address[*]}"
      exit 64
    fi
  done
}

# Everything is built before anything is changed.
build() {
  local host
  for host in "${ordered[@]}"; do
    say "building $host"
    new[$host]=$(nix build --no-link --print-out-paths "$flake#nixosConfigurations.$host.config.system.build.toplevel")
    old[$host]=$(on "$host" readlink -f /run/current-system)
    state[$host]=waiting
  done
}

sessions_on() { carrel node show "${node_id[$1]}" | awk '$1 == "session" { print $2 }'; }

# Sessions survive a switch, but not another kernel, and another engine only by luck.
drain() {
  local host=$1 until left
  carrel node drain "${node_id[$host]}" || return
  if [ "$(on "$host" carrel-probe facts "${old[$host]}")" = "$(on "$host" carrel-probe facts "${new[$host]}")" ]; then
    return
  fi
  say "$host: kernel or engine change, so its sessions have $drain_limit s to end"
  until=$((SECONDS + drain_limit))
  while left=$(sessions_on "$host") && [ -n "$left" ] && [ $SECONDS -lt $until ]; do
    sleep 2
  done
  if [ -n "$left" ]; then
    say "$host: time is up; these sessions may end now:" "$left"
  fi
  return 0
}

probe() {
  local host=$1 session
  on "$host" carrel-probe || return
  if [ $session_probe = 1 ]; then
    open_session "$host" || return
  fi
}

# Opens and closes a session: on the host itself if it holds any. Its slots may have to be made first, and the word that
# it is no longer drained has to come round. One whose slots are all taken shows by its sessions that it works.
open_session() {
  local host=$1 said there=() _
  if is_node "$host"; then
    there=(--node "${node_id[$host]}")
  fi
  for _ in {1..30}; do
    if said=$(carrel session open --json --class burst --without-environment --no-wait "${there[@]}" 2>&1); then
      [[ $said =~ \"id\":\ ?\"(se-[a-z0-9]+)\" ]] && carrel session close --force "${BASH_REMATCH[1]}"
      return
    fi
    sleep 2
  done
  if is_node "$host" && [[ $said =~ \"resource_exhausted\" ]] && [ -n "$(sessions_on "$host")" ]; then
    say "$host: all its slots are taken, so no session was opened to try it"
    return
  fi
  say "$host: no session opens: $said"
  return 1
}

activate() { on "$1" "nix-env -p /nix/var/nix/profiles/system --set $2 && $2/bin/switch-to-configuration switch"; }

undrain() { if is_node "$1"; then carrel node undrain "${node_id[$1]}"; fi; }

change() {
  local host=$1
  if [ "${old[$host]}" = "${new[$host]}" ]; then
    state[$host]="as it was"
    return
  fi
  # Before the drain, which asks both systems what they are made of.
  if ! nix copy --to "ssh://root@${address[$host]}" "${new[$host]}"; then
    state[$host]="not reached"
    return 1
  fi
  if is_node "$host" && ! drain "$host"; then
    state[$host]="not drained"
    return 1
  fi
  say "$host: switching"
  if nixos-rebuild switch --flake "$flake#$host" --target-host "root@${address[$host]}" && undrain "$host" && probe "$host"; then
    state[$host]=changed
    return
  fi
  say "$host: not well after the switch, going back"
  state[$host]="went back"
  if ! { activate "$host" "${old[$host]}" && on "$host" carrel-probe; }; then
    state[$host]="not well, look at it now"
  fi
  undrain "$host" || state[$host]+=", still drained"
  return 1
}

report() {
  local host commit
  printf '%-12s %-24s %s\n' HOST STATE COMMIT
  for host in "${ordered[@]}"; do
    commit=$(on "$host" nixos-version --configuration-revision 2>/dev/null) || commit="does not answer"
    printf '%-12s %-24s %s\n' "$host" "${state[$host]:-waiting}" "${commit:-unknown}"
  done
}

choose "$@"
build
result=0
for host in "${ordered[@]}"; do
  change "$host" || { result=1; break; }
done
report
exit $result
