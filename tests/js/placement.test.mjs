import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import test from 'node:test'
import * as geometry from '../../js/lib/placement.mjs'
import { ANCHORS } from '../../js/lib/placement_fields.mjs'

const goldens = JSON.parse(await readFile(new URL('../goldens/placement.json', import.meta.url), 'utf8'))
const cases = goldens.cases.filter(({ call }) => call !== 'rounded') // whole pixels are rendered in Python alone

const box = ([x, y, width, height]) => ({ x, y, width, height })
const list = ({ x, y, width, height }) => [x, y, width, height]
const placement = ([x, y, width, height], anchor) => ({ x, y, width, height, anchor })
const keepOut = ([top, right, bottom, left]) => ({ top, right, bottom, left })

const CALLS = {
  shares: geometry.shares,
  frame: (values, anchor, ...size) => list(geometry.frame(placement(values, anchor), ...size)),
  percents: (values, ...rest) => list(geometry.percents(box(values), ...rest)),
  fitted: (values, ...rest) => list(geometry.fitted(box(values), ...rest)),
  aligned: (values, ...rest) => list(geometry.aligned(box(values), ...rest)),
  free_box: (sides, ...size) => list(geometry.freeBox(keepOut(sides), ...size)),
  into: (values, free) => list(geometry.into(box(values), box(free))),
  moved_into: (values, free) => list(geometry.movedInto(box(values), box(free))),
  turned_extent: geometry.turnedExtent,
  turned_into: (values, angle, free) => list(geometry.turnedInto(box(values), angle, box(free))),
}

test('the anchors are the same', () => {
  assert.deepEqual([...ANCHORS], goldens.anchors)
})

test('every function has figures', () => {
  assert.deepEqual(new Set(cases.map((each) => each.call)), new Set(Object.keys(CALLS)))
})

for (const { call, with: given, gives } of cases) {
  test(`${call}${JSON.stringify(given)}`, () => {
    const got = CALLS[call](...given)
    assert.equal(got.length, gives.length)
    got.forEach((value, i) => assert.ok(Math.abs(value - gives[i]) < 1e-9, `${value} is not ${gives[i]}`))
  })
}

test('percents undo frame at every anchor', () => {
  for (const anchor of ANCHORS) {
    const given = { x: 41.3, y: 62.8, width: 33.1, height: 12.4, anchor }
    const back = geometry.percents(geometry.frame(given, 1080, 1350), anchor, 1080, 1350)
    for (const side of ['x', 'y', 'width', 'height']) assert.ok(Math.abs(back[side] - given[side]) < 1e-9)
  }
})
