# Sourced by scripts: `need COMMAND PACKAGE` installs what is missing, from Debian's packages. A mirror that stumbles is asked again.
apt_get() { apt-get -qq -o Acquire::Retries=5 "$@"; }
need() { # COMMAND PACKAGE
    command -v "$1" >/dev/null && return
    apt_get update
    apt_get install -y "$2"
}
