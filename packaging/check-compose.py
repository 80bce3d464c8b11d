#!/usr/bin/env python3
"""Is the Compose file valid, as it stands and with everything that its comments offer uncommented? No Docker is needed.

    packaging/check-compose.py docker/compose.yaml [docker/compose.host.yaml]
    packaging/check-compose.py --scale docker/scale/compose.yaml docker/scale/sensor.yaml

Reads the part of YAML that these files use: nested maps and lists by indentation, flow lists and maps in one line, plain and quoted scalars.
A line is offered when it is a comment whose text is a setting: `# Name: value`, `# - value`, `# name: [value]` or a key that a list follows.
"""
import os
import re
import sys

OFFERED = re.compile(r"^(\s*)# (\s*(?:- \S+:\S+|[A-Za-z0-9_]+: \S.*|[a-z]+:|file: \S+))$")


def scalar(text):
    text = text.strip()
    if text[:1] in "\"'" and text[-1:] == text[:1] and len(text) > 1:
        return text[1:-1]
    if text.startswith("[") and text.endswith("]"):
        return [scalar(part) for part in text[1:-1].split(",") if part.strip()]
    if text.startswith("{") and text.endswith("}"):
        return {key.strip(): scalar(value) for key, value in (part.split(":", 1) for part in text[1:-1].split(","))}
    if text.startswith("!reset"):
        return []
    return text


def parse(lines, indent=0):
    """Maps and lists of the lines from the first on that are indented so far; takes what it reads off the front."""
    result = None
    while lines:
        number, depth, text = lines[0]
        if depth < indent:
            break
        if depth > indent:
            raise ValueError(f"line {number}: indented too far: {text}")
        lines.pop(0)
        if text.startswith("- "):
            result = [] if result is None else result
            if not isinstance(result, list):
                raise ValueError(f"line {number}: a list within a map")
            result.append(scalar(text[2:]))
            continue
        key, colon, value = text.partition(":")
        if not colon or (value and not value.startswith(" ")):
            raise ValueError(f"line {number}: neither a map nor a list: {text}")
        result = {} if result is None else result
        if not isinstance(result, dict):
            raise ValueError(f"line {number}: a map within a list")
        if key in result:
            raise ValueError(f"line {number}: {key} is there twice")
        if value.strip():
            result[key] = scalar(value)
        elif lines and (lines[0][1] > depth or (lines[0][1] == depth and lines[0][2].startswith("- "))):
            result[key] = parse(lines, lines[0][1])
        else:
            result[key] = None
    return result


def read(path, offered):
    lines = []
    for number, line in enumerate(open(path, encoding="utf-8"), 1):
        line = line.rstrip("\n")
        match = OFFERED.match(line)
        if match and offered:
            line = match.group(1) + match.group(2)
        text = line.strip()
        if text and not text.startswith("#"):
            lines.append((number, len(line) - len(line.lstrip()), text))
    return parse(lines)


def check(path, offered, public=()):
    """`public`: ports of containers over TCP that may be open to the network."""
    found = read(path, offered)
    services = found["services"]
    for name, service in services.items():
        for volume in service.get("volumes") or []:
            source = volume.split(":")[0]
            assert source.startswith((".", "/")) or source in (found.get("volumes") or {}), f"{name}: no volume {source}"
        for secret in service.get("secrets") or []:
            assert secret in (found.get("secrets") or {}), f"{name}: no secret {secret}"
        for port in service.get("ports") or []:
            assert re.fullmatch(r"(127\.0\.0\.1:)?\d+:\d+(/udp)?", port), f"{name}: port {port}"
            is_public = port.split(":")[-1] in public and name.startswith("nats-")
            assert is_public or port.endswith("/udp") or port.startswith("127.0.0.1:"), f"{name}: {port} is open to the network"
    return found


def main(paths):
    plain, offered = check(paths[0], offered=False), check(paths[0], offered=True)
    password = plain["services"]["grafana"]["environment"]["GF_SECURITY_ADMIN_PASSWORD"]
    assert password.startswith("${GRAFANA_ADMIN_PASSWORD:?"), "Grafana's admin password is not asked for"
    settings = offered["services"]["collector"]["environment"]
    assert settings["RpcCollector__Zeek__Folders__0"] == "/zeek", "the comments offer no Zeek"
    assert any(volume.endswith(":/zeek:ro") for volume in offered["services"]["collector"]["volumes"]), "Zeek's logs are not mounted"
    assert offered["secrets"]["webhook"]["file"] and settings["RpcCollector__Sinks__0__SecretFile"] == "/run/secrets/webhook"
    assert "RpcCollector__Zeek__Folders__0" not in plain["services"]["collector"]["environment"]
    for path in paths[1:]:
        over = read(path, offered=False)
        assert set(over["services"]) <= set(plain["services"]), f"{path}: a service that is not in {paths[0]}"
    print(f"{len(plain['services'])} services; {len(settings) - len(plain['services']['collector']['environment'])} settings offered")


def check_scale(paths):
    """Several processes: each setting is one that there is, and each user and file is known to the broker and made by make-secrets.sh."""
    folder = os.path.dirname(paths[0])
    settings = set(re.findall(r"`([A-Z][A-Za-z0-9]*(?::[A-Za-z0-9<>]+)+)`", open("docs/settings.md", encoding="utf-8").read()))
    users = set(re.findall(r'\{ user: "([a-z-]+)"', open(f"{folder}/nats.conf", encoding="utf-8").read()))
    made = open(f"{folder}/make-secrets.sh", encoding="utf-8").read()
    sites = re.search(r"for site in (.*); do", made).group(1).split()
    leaves = {f"user.leaf-sensor.{site}" for site in sites}
    assert {f"leaf-{site}" for site in sites} <= users, f"leaves that nats.conf does not know: {sites}"
    roles, num_services = [], 0
    for path in paths:
        for offered in (False, True):
            found = check(path, offered, public=("4222", "7422"))
            for name, service in found["services"].items():
                for setting in service["environment"]:
                    if setting.startswith("RpcCollector__"):
                        known = re.sub(r":\d+$", "", setting.removeprefix("RpcCollector__").replace("__", ":"))
                        assert known in settings, f"{path}: {name}: there is no setting {known}"
            for name, secret in (found.get("secrets") or {}).items():
                file = secret["file"].removeprefix("./secrets/")
                assert file in leaves or file in made or file.removeprefix("user.") in users, f"{path}: nobody makes {file}"
                assert file in leaves or not file.startswith("user.") or file.removeprefix("user.") in made, f"{path}: nobody makes {file}"
        num_services += len(found["services"])
        roles += [service["environment"].get("RpcCollector__Scale__Role") for service in found["services"].values()]
    counts = {role: roles.count(role) for role in ("judge", "correlator", "sensor", None)}
    assert counts == {"judge": 2, "correlator": 2, "sensor": 1, None: 4}, counts
    print(f"{num_services} services of a collector of several processes; {len(users)} users of the broker")


if sys.argv[1] == "--scale":
    check_scale(sys.argv[2:])
else:
    main(sys.argv[1:])
