"""validate.py [-z] NAME - checks that standard input is objects of that name in mmtool.schema.json.

An object stands on each line (with -z: NUL is behind each), at least one does. The keywords of JSON
Schema that the schema uses are checked here; others in it are an error. Also, no key stands twice in
an object, all text is UTF-8, and what has a twin "KEY_hex" is what its bytes decode to.

  validate.py --keys             prints all keys of all objects
  validate.py --try              checks that objects which break the schema are found
"""

import copy
import json
import os
import re
import sys

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), 'mmtool.schema.json'), encoding='utf-8') as file:
    SCHEMA = json.load(file)

TYPES = {'object': dict, 'array': list, 'string': str, 'null': type(None), 'integer': int}


def is_type(value, name):
    return isinstance(value, TYPES[name]) and not (name == 'integer' and isinstance(value, bool))


def names_of(types):
    return types if isinstance(types, list) else [types]


def referred(path):
    assert path.startswith('#/$defs/'), path
    return SCHEMA['$defs'][path[len('#/$defs/'):]]


CHECKS = {  # each: value, argument of the keyword, schema; true if the value is such
    'title': lambda value, argument, schema: True,
    '$ref': lambda value, argument, schema: not faults(value, referred(argument)),
    'type': lambda value, argument, schema: any(is_type(value, name) for name in names_of(argument)),
    'enum': lambda value, argument, schema: value in argument,
    'const': lambda value, argument, schema: type(value) is type(argument) and value == argument,
    'minimum': lambda value, argument, schema: not is_type(value, 'integer') or value >= argument,
    'pattern': lambda value, argument, schema: not isinstance(value, str) or re.search(argument, value),
    'items': lambda value, argument, schema: all(not faults(item, argument) for item in value),
    'required': lambda value, argument, schema: all(key in value for key in argument),
    'properties': lambda value, argument, schema:
        all(not faults(value[key], argument[key]) for key in argument if key in value),
    'additionalProperties': lambda value, argument, schema: set(value) <= set(schema['properties']),
    'dependentRequired': lambda value, argument, schema:
        all(needed in value for key in argument if key in value for needed in argument[key]),
    'oneOf': lambda value, argument, schema: sum(not faults(value, option) for option in argument) == 1,
}


def faults(value, schema):
    """The keywords of the schema that the value breaks."""
    assert set(schema) <= set(CHECKS), f'no check of {set(schema) - set(CHECKS)}'
    if 'type' in schema and not CHECKS['type'](value, schema['type'], schema):
        return ['type']
    return [keyword for keyword in schema if not CHECKS[keyword](value, schema[keyword], schema)]


def without_twins(pairs):
    keys = [key for key, _ in pairs]
    assert len(set(keys)) == len(keys), f'a key stands twice: {keys}'
    return dict(pairs)


def check_hex(value):
    """Bytes that are not UTF-8 are U+FFFD in the text, and all bytes are in its twin."""
    for key in value:
        if key.endswith('_hex') and key != 'match_hex':  # a match may be printed in a TYPE
            text = bytes.fromhex(value[key])
            assert '\ufffd' in value[key[:-4]], value
            plain = re.sub('\ufffd+', '\ufffd', text.decode('utf-8', 'replace'))
            assert plain == re.sub('\ufffd+', '\ufffd', value[key[:-4]]), value


def parse(text):
    return json.loads(text, object_pairs_hook=without_twins,
                      parse_constant=lambda name: sys.exit(f'{name} is no JSON'))


def check_input(name, end):
    data = sys.stdin.buffer.read().decode('utf-8')
    assert data.endswith(end), f'no object, or its end is missing: {data[-80:]!r}'
    for line in data[:-1].split(end):
        value = parse(line)
        found = faults(value, SCHEMA['$defs'][name])
        assert not found, f'{line}: {found}'
        assert not faults(value, {'oneOf': SCHEMA['oneOf']}), f'{line}: it is of no kind, or of several'
        check_hex(value)


# ---- the validator itself ---------------------------------------------------------------------

GOOD = {
    'match': {'offset': 1, 'length': 2, 'number': 1, 'match': '\ufffd', 'match_hex': 'ff'},
    'line': {'offset': 1, 'length': 2, 'line': 'x', 'matches': [{'offset': 1, 'length': 1}]},
    'count': {'file': 'x', 'count': 0},
    'name': {'file': 'x\ufffd', 'file_hex': '78ff'},
    'status': {'start': 0, 'end': 1, 'resident': 1, 'pages': 1, 'resident_pages': 1, 'map': '#',
               'pages_per_cell': 1},
    'recover': {'state': 'doubt', 'size': 1, 'doubt': 'damaged', 'reason': 'x'},
    'lock': {'kind': 'posix', 'access': 'read', 'start': 0, 'end': None, 'pid': 1, 'command': 'x'},
    'journal': {'state': 'busy'},
}


def broken(value, schema):
    """The value with one fault each: a key more, or without one it needs, or of another type."""
    yield dict(value, another=1)
    for key in schema['required']:
        yield {other: value[other] for other in value if other != key}
    for key in value:
        for other in [], -1, True, 1.5, 'no such word \n', {'x': 1}:
            if faults(other, schema['properties'][key]):
                yield dict(value, **{key: other})
    for key, needed in schema.get('dependentRequired', {}).items():
        if key in value:
            yield {other: value[other] for other in value if other not in needed}


def try_it():
    tried = 0
    for name, value in GOOD.items():
        schema = SCHEMA['$defs'][name]
        assert not faults(value, schema), (name, value)
        before = copy.deepcopy(value)
        for bad in broken(value, schema):
            assert faults(bad, schema), (name, bad)
            tried += 1
        assert value == before
    assert faults({'offset': 1, 'length': 2, 'line': 'x'}, SCHEMA['$defs']['line'])
    assert tried > 100, tried


def keys(schema):
    if isinstance(schema, dict):
        yield from schema.get('properties', {})
        for value in schema.values():
            yield from keys(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from keys(value)


def main():
    if sys.argv[1] == '--try':
        try_it()
    elif sys.argv[1] == '--keys':
        print('\n'.join(sorted(set(keys(SCHEMA)))))
    else:
        check_input(sys.argv[-1], '\0' if sys.argv[1] == '-z' else '\n')


main()
