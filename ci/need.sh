# Sourced by scripts: `need COMMAND PACKAGE` installs what is missing, from Debian's packages.
need() { # COMMAND PACKAGE
    command -v "$1" >/dev/null && return
    apt-get update -qq
    apt-get install -y -qq "$2"
}
