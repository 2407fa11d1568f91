# Sourced by the other scripts: prepare STAMP EXTRAS makes .venv in the checkout and installs the package with these extras,
# again whenever pyproject.toml is newer than the stamp.
prepare() {
    stamp="$root/.venv/.installed-$1"
    if [ -e "$stamp" ] && [ ! "$root/pyproject.toml" -nt "$stamp" ]; then
        return
    fi
    python=$(command -v python3.11 || command -v python3)
    if [ ! -x "$root/.venv/bin/python" ]; then
        echo "Making the virtual environment .venv ..." >&2
        if ! "$python" -m venv "$root/.venv" 2>/dev/null; then
            rm -rf "$root/.venv"
            "$python" -m pip --version >/dev/null 2>&1 || { echo "Python with pip is needed." >&2; exit 1; }
            "$python" -m pip install --quiet --user --break-system-packages virtualenv >&2 || "$python" -m pip install --quiet --user virtualenv >&2
            "$python" -m virtualenv --quiet "$root/.venv" >&2
        fi
    fi
    echo "Installing the package ..." >&2
    "$root/.venv/bin/python" -m pip install --quiet --disable-pip-version-check --editable "$root$2" >&2
    touch "$stamp"
}
