# Sourced by scripts: `need COMMAND PACKAGE` installs what is missing, from Debian's packages. A mirror that stumbles is asked again,
# who installs something else just now is waited for, and nobody is asked anything.
apt_get() { DEBIAN_FRONTEND=noninteractive apt-get -qq -o Acquire::Retries=5 -o DPkg::Lock::Timeout=300 "$@"; }
need() { # COMMAND PACKAGE
    command -v "$1" >/dev/null && return
    # If the lists cannot be had anew, the old ones may do; if they do not, that is said.
    apt_get update || true
    apt_get install -y "$2"
}
