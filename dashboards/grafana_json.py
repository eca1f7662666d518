"""Grafana's dashboard format in few words: what every panel says alike is said here once; generate.py has the rest."""

GREEN, YELLOW, ORANGE, RED, BLUE, PURPLE, GREY = "green", "yellow", "orange", "red", "blue", "purple", "text"
SOURCE = {"type": "prometheus", "uid": "${datasource}"}


def query(expr, legend="", instant=False, table=False):
    """One PromQL query. legend: a pattern such as `{{user}}`; table: instant, one row a series."""
    instant = instant or table
    return {"datasource": SOURCE, "expr": expr, "legendFormat": legend or "__auto", "instant": instant,
            "range": not instant, "format": "table" if table else "time_series"}


def steps(*limits):
    """Colours by value: steps(GREEN, (10, ORANGE), (50, RED)) is orange from 10 and red from 50 on."""
    first, *rest = limits
    return {"mode": "absolute", "steps": [{"color": first, "value": None}] +
            [{"color": color, "value": value} for value, color in rest]}


def texts(**words):
    """Values shown as words: texts(_0=("Down", RED), ok=("OK", GREEN)); a leading underscore is left out."""
    return [{"type": "value", "options": {value.lstrip("_"): {"text": text, "color": color, "index": index}
                                          for index, (value, (text, color)) in enumerate(words.items())}}]


def column(name, **properties):
    """How one field, by its name, differs; `__` in a property stands for a dot (custom__width=90)."""
    return {"matcher": {"id": "byName", "options": name}, "properties": _properties(properties)}


def matching(pattern, **properties):
    """The same for all fields whose names match a regular expression."""
    return {"matcher": {"id": "byRegexp", "options": f"/{pattern}/"}, "properties": _properties(properties)}


def _properties(properties):
    return [{"id": key.replace("__", "."), "value": value} for key, value in properties.items()]


def paint(**colors):
    """Series in fixed colours: what is red on one panel is red on all."""
    return [column(name.replace("_", " "), color=fixed(color)) for name, color in colors.items()]


def fixed(color):
    return {"mode": "fixed", "fixedColor": color}


def _panel(kind, title, queries, width, *, about="", unit=None, colors=None, limits=None, mappings=None, decimals=None,
           low=None, high=None, empty=None, overrides=(), custom=None, options=None, interval=None, transform=(),
           actions=None, most_points=None):
    queries = [queries] if isinstance(queries, dict) else queries
    for letter, one in zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", queries):
        one["refId"] = letter
    defaults = {"unit": unit, "color": colors or {"mode": "thresholds" if limits or mappings else "palette-classic"},
                "thresholds": limits, "mappings": mappings or [], "decimals": decimals, "min": low, "max": high,
                "noValue": empty, "custom": custom, "actions": actions}
    panel = {"type": kind, "title": title, "description": about, "datasource": SOURCE, "interval": interval,
             "maxDataPoints": most_points,
             "targets": queries, "transformations": list(transform), "options": options or {},
             "fieldConfig": {"defaults": _said(defaults), "overrides": list(overrides)}}
    return width, _said(panel)


def _now(queries):
    """Asks for the newest value only: over a long time, the last of the points drawn may be minutes old."""
    for one in [queries] if isinstance(queries, dict) else queries:
        one.update(instant=True, range=False)
    return queries


def _said(fields):
    return {key: value for key, value in fields.items() if value is not None and value != ""}


def stat(title, queries, width, *, tiles=False, spark=False, calc="lastNotNull", text="auto", **more):
    """Big numbers. tiles: each value on a coloured ground; spark: with the curve behind it."""
    options = {"colorMode": "background_solid" if tiles else "value", "graphMode": "area" if spark else "none",
               "textMode": text, "justifyMode": "auto", "orientation": "auto", "wideLayout": True,
               "reduceOptions": {"calcs": [calc], "fields": "", "values": False}}
    return _panel("stat", title, queries if spark else _now(queries), width, options=options, **more)


def gauge(title, queries, width, **more):
    options = {"reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
               "showThresholdLabels": False, "showThresholdMarkers": True}
    return _panel("gauge", title, _now(queries), width, options=options, **more)


def ranking(title, queries, width, **more):
    """Bars, the longest first if the query sorts."""
    options = {"orientation": "horizontal", "displayMode": "basic", "valueMode": "color", "showUnfilled": True,
               "namePlacement": "left", "minVizHeight": 16, "maxVizHeight": 28, "sizing": "manual",
               "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False}}
    more.setdefault("colors", fixed(BLUE))
    more.setdefault("empty", "Nothing yet")
    return _panel("bargauge", title, _now(queries), width, options=options, low=0, **more)


def lines(title, queries, width, *, stacked=False, bars=False, stairs=False, legend=None, below=False,
          fill=8, **more):
    """Curves over time. legend: what is said of each series, e.g. ["lastNotNull", "max"]; below: the legend's place."""
    custom = {"drawStyle": "bars" if bars else "line", "lineInterpolation": "stepAfter" if stairs else "linear",
              "lineWidth": 0 if bars else 1.5, "fillOpacity": 85 if bars else fill if not stacked else 30,
              "gradientMode": "none" if bars or stacked else "opacity", "showPoints": "never", "spanNulls": False,
              "stacking": {"mode": "normal" if stacked or bars else "none", "group": "A"}, "axisSoftMin": 0}
    if legend:
        shown = {"displayMode": "table", "placement": "bottom" if below else "right", "calcs": legend}
    else:
        shown = {"displayMode": "list", "placement": "bottom", "calcs": []}
    options = {"legend": {"showLegend": True, **shown}, "tooltip": {"mode": "multi", "sort": "desc"}}
    return _panel("timeseries", title, queries, width, custom=custom, options=options, **more)


def counts(title, queries, width, **more):
    """How often something happened in each interval, as stacked bars. At least four scrapes an interval: a Prometheus
    extrapolates what it sees, and would show fractions of messages."""
    return lines(title, queries, width, bars=True, interval="1m", most_points=90, decimals=0, legend=["sum"], **more)


def history(title, queries, width, **more):
    """State over time, one row a series."""
    custom = {"fillOpacity": 85, "lineWidth": 0}
    options = {"mergeValues": True, "showValue": "auto", "alignValue": "left", "rowHeight": 0.85,
               "legend": {"showLegend": False, "displayMode": "list", "placement": "bottom", "calcs": []},
               "tooltip": {"mode": "single", "sort": "none"}}
    return _panel("state-timeline", title, queries, width, custom=custom, options=options, **more)


def table(title, queries, width, columns, *, sort=None, descending=False, matrix=None, **more):
    """columns: {field: heading} in their order; other fields are hidden. sort: a heading.
    matrix: (row label, column label): the value of the one query at each crossing."""
    transform = [{"id": "merge", "options": {}}]
    if matrix:
        transform = [{"id": "groupingToMatrix", "options": {"rowField": matrix[0], "columnField": matrix[1],
                                                            "valueField": "Value", "emptyValue": "null"}}]
        columns = {f"{matrix[0]}\\{matrix[1]}": columns[matrix[0]],
                   **{name: heading for name, heading in columns.items() if name != matrix[0]}}
    fields = {"include": {"names": list(columns)}}
    names = {"indexByName": {name: index for index, name in enumerate(columns)}, "excludeByName": {},
             "renameByName": dict(columns)}
    transform += [{"id": "filterFieldsByName", "options": fields}, {"id": "organize", "options": names}]
    options = {"showHeader": True, "cellHeight": "sm",
               "sortBy": [{"displayName": sort, "desc": descending}] if sort else []}
    more.setdefault("custom", {"align": "auto", "cellOptions": {"type": "auto"}})
    return _panel("table", title, queries, width, options=options, transform=transform, **more)


def text(content, width, title=""):
    return width, {"type": "text", "title": title, "options": {"mode": "markdown", "content": content}}


def dashboard(uid, title, about, rows, *, variables=(), refresh="30s", span="now-6h"):
    """rows: each a heading, or (height, panel…); a list in place of a panel is a column of (height, panel) pairs."""
    panels, y = [], 0
    for row in rows:
        if isinstance(row, str):
            panels.append({"type": "row", "title": row, "collapsed": False, "panels": [],
                           "gridPos": {"x": 0, "y": y, "w": 24, "h": 1}})
            y += 1
            continue
        height, *cells = row
        x = 0
        for cell in cells:
            column_of = cell if isinstance(cell, list) else [(height, cell)]
            top = y
            for tall, (width, panel) in column_of:
                panels.append({**panel, "gridPos": {"x": x, "y": top, "w": width, "h": tall}})
                top += tall
            x += width
            assert top == y + height, f"{title}: the column of {panel['title']} is {top - y} high, not {height}"
        assert x == 24, f"{title}: the row of {panel['title']} is {x} wide"
        y += height
    for number, panel in enumerate(panels, 1):
        panel["id"] = number
    source = {"type": "datasource", "name": "datasource", "label": "Data source", "query": "prometheus", "hide": 0,
              "includeAll": False, "multi": False, "options": [], "current": {}, "refresh": 1, "regex": ""}
    others = {"type": "dashboards", "title": "Mail server", "tags": ["mailserver"], "asDropdown": False,
              "keepTime": True, "includeVars": False, "targetBlank": False, "icon": "external link", "tooltip": "",
              "url": ""}
    return {"uid": uid, "title": title, "description": about, "tags": ["mailserver"], "schemaVersion": 41, "version": 1,
            "editable": True, "graphTooltip": 1, "timezone": "browser", "refresh": refresh,
            "time": {"from": span, "to": "now"}, "timepicker": {}, "annotations": {"list": []}, "links": [others],
            "templating": {"list": [source, *variables]}, "panels": panels}


def choice(name, label, expr):
    """A variable: one, several or all values of a label."""
    return {"type": "query", "name": name, "label": label, "datasource": SOURCE, "definition": expr,
            "query": {"query": expr, "refId": "StandardVariableQuery", "qryType": 1}, "refresh": 2, "regex": "",
            "sort": 1, "hide": 0, "includeAll": True, "allValue": ".*", "multi": True, "options": [],
            "current": {"selected": True, "text": ["All"], "value": ["$__all"]}}
