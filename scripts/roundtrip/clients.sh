# Sourced: what the clients of the round trips need, installed below $home; $here is this folder.

venv() { # name, requirements file; whoever comes second waits
  if command -v flock > /dev/null; then
    exec 9> "$home/$1.lock"
    flock 9
  fi
  if ! cmp -s "$here/$2" "$home/$1/installed.txt"; then
    echo "roundtrip: installing $2" >&2
    python3 -m venv "$home/$1" || exit 3
    "$home/$1/bin/pip" install --quiet --disable-pip-version-check --requirement "$here/$2" || exit 3
    cp "$here/$2" "$home/$1/installed.txt"
  fi
  exec 9>&-
}

jdk() { # least release: its home, JAVA_HOME first
  local candidate release
  for candidate in "${JAVA_HOME:-}" /usr/lib/jvm/*"$1"* "$HOME"/.sdkman/candidates/java/"$1"* /Library/Java/JavaVirtualMachines/*"$1"*/Contents/Home; do
    [[ -x "$candidate/bin/java" ]] || continue
    release="$("$candidate/bin/java" -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p')"
    if [[ "$release" == "$1" ]]; then
      echo "$candidate"
      return
    fi
  done
  return 1
}

spark() { # Spark with Delta's jars, and a JDK for it in SPARK_JAVA_HOME
  venv venv-spark requirements-spark.txt
  if ! cmp -s "$here/pom.xml" "$home/jars/installed.xml"; then
    echo "roundtrip: fetching Delta's jars for Spark" >&2
    ./mvnw -q -B -f "$here/pom.xml" dependency:copy-dependencies -DincludeGroupIds=io.delta,io.unitycatalog -DoutputDirectory="$home/jars" || exit 3
    cp "$here/pom.xml" "$home/jars/installed.xml"
  fi
  SPARK_JAVA_HOME="$(jdk 17 || jdk 21)" || { echo "roundtrip: Spark needs a JDK 17 or 21" >&2; exit 2; }
  export SPARK_JAVA_HOME
}
