import assert from 'node:assert/strict'
import test from 'node:test'
import {
  around,
  changedBy,
  cutBack,
  fields,
  HANDLES,
  inkBox,
  kept,
  middle,
  pinned,
  resized,
  scaled,
  turned,
  turnedTo,
} from '../../js/lib/gestures.mjs'

const box = (x, y, width, height) => ({ x, y, width, height })
const CANVAS = [1080, 1350]
const near = (got, want) => got.forEach((value, i) => assert.ok(Math.abs(value - want[i]) < 1e-6, `${got} is not ${want}`))
const values = ({ x, y, width, height }) => [x, y, width, height]
const wear = (rotation = 0, anchor = 'center', keepAspect = true) => ({ rotation, anchor, keepAspect })

const RESIZES = [
  ['se', [30, 20], {}, [100, 100, 230, 120]],
  ['nw', [30, 20], {}, [130, 120, 170, 80]],
  ['n', [99, -10], {}, [100, 90, 200, 110]],
  ['w', [-10, 99], {}, [90, 100, 210, 100]],
  ['se', [100, 0], { proportional: true }, [100, 100, 280, 140]],
  ['se', [-100, 0], { proportional: true }, [100, 100, 120, 60]],
  ['nw', [0, -50], { proportional: true }, [80, 90, 220, 110]],
  ['e', [100, 0], { proportional: true }, [100, 75, 300, 150]],
  ['s', [0, 50], { proportional: true }, [50, 100, 300, 150]],
  ['se', [100, 5], { proportional: true, lead: 'y' }, [100, 100, 210, 105]],
  ['se', [10, 10], { centred: true }, [90, 90, 220, 120]],
  ['e', [-500, 0], {}, [100, 100, 4, 100]],
  ['se', [-500, -500], { proportional: true }, [100, 100, 8, 4]],
]
for (const [handle, by, how, want] of RESIZES) {
  test(`a drag of ${handle} by ${by} ${JSON.stringify(how)}`, () => {
    near(values(resized(box(100, 100, 200, 100), handle, by, how)), want)
  })
}

test('the safe zone keeps a box, turned or not', () => {
  const free = box(50, 100, 900, 1000)
  assert.deepEqual(kept(box(0, 0, 200, 100), 0, free), box(50, 100, 200, 100))
  near(values(kept(box(0, 0, 200, 100), 90, free)), [50, 150, 200, 100])
  assert.deepEqual(kept(box(-5, -5, 9, 9), 30, null), box(-5, -5, 9, 9))
})

test('the ink is fitted into the box on the side of the anchor', () => {
  const scene = { canvas: CANVAS, free: null, ink: { size: [400, 100], scalable: true } }
  assert.deepEqual(inkBox(box(0, 0, 200, 100), wear(), scene), box(0, 25, 200, 50))
  assert.deepEqual(inkBox(box(0, 0, 200, 100), wear(0, 'bottom'), scene), box(0, 50, 200, 50))
  assert.deepEqual(inkBox(box(0, 0, 200, 100), wear(0, 'center', false), scene), box(0, 0, 200, 100))
})

test('typed words are not made larger, and shrink where the box is too small', () => {
  const scene = { canvas: CANVAS, free: null, ink: { size: [100, 50], scalable: false } }
  assert.deepEqual(inkBox(box(0, 0, 200, 100), wear(0, 'top-left'), scene), box(0, 0, 100, 50))
  assert.deepEqual(inkBox(box(0, 0, 50, 100), wear(0, 'top-left'), scene), box(0, 0, 50, 25))
})

test('a resize ends at the safe zone, the other sides stay', () => {
  const [before, free] = [box(100, 100, 200, 100), box(50, 50, 300, 300)]
  assert.deepEqual(cutBack(before, box(100, 100, 400, 150), wear(), free, false), box(100, 100, 250, 150))
  assert.deepEqual(cutBack(before, box(0, 50, 300, 150), wear(), free, true), box(50, 75, 250, 125))
  assert.deepEqual(cutBack(before, box(100, 100, 400, 150), wear(30), free, false), box(100, 100, 400, 150))
  assert.deepEqual(cutBack(before, box(100, 100, 400, 150), wear(), null, false), box(100, 100, 400, 150))
})

test('without ink the box stands for it', () => {
  assert.deepEqual(inkBox(box(1, 2, 3, 4), wear(), { canvas: CANVAS, free: null, ink: null }), box(1, 2, 3, 4))
})

for (const handle of Object.keys(HANDLES))
  for (const anchor of ['center', 'top-left', 'bottom']) {
    test(`what is opposite to ${handle} stays where it is seen when turned (${anchor})`, () => {
      const scene = { canvas: CANVAS, free: null, ink: { size: [400, 100], scalable: true } }
      const before = box(300, 400, 300, 200)
      const after = pinned(before, resized(before, handle, [40, 30]), handle, wear(33, anchor), scene)
      const [across, down] = HANDLES[handle]
      const seen = (each) => {
        const point = [each.x + ((1 - across) / 2) * each.width, each.y + ((1 - down) / 2) * each.height]
        return turned(point, 33, middle(inkBox(each, wear(33, anchor), scene)))
      }
      near(seen(after), seen(before))
    })
  }

test('a turn is clockwise, in half degrees, and catches upright', () => {
  assert.equal(turnedTo(0, [0, 0], [1, 0], [0, 1]), 90)
  assert.equal(turnedTo(0, [0, 0], [100, 0], [100, 1]), 0)
  assert.equal(turnedTo(0, [0, 0], [100, 0], [100, 1], { free: true }), 0.5)
  assert.equal(turnedTo(10, [0, 0], [100, 0], [100, 10]), 15.5)
  assert.equal(turnedTo(0, [0, 0], [100, 0], [100, 40], { steps: true }), 15)
  assert.equal(turnedTo(170, [0, 0], [1, 0], [0, 1]), -100)
})

test('angles stay between -180 and 180', () => {
  assert.deepEqual([-180, 180, 181, 360, -1, 540].map(around), [180, 180, -179, 0, -1, 180])
})

test('the fields hold steps of 0.1 %, or pixels where they are meant', () => {
  assert.deepEqual(fields(box(100, 100, 333, 77), 'top-left', CANVAS), { x: 9.3, y: 7.4, width: 30.8, height: 5.7 })
  assert.deepEqual(fields(box(541, 100, 108, 135), 'top-left', CANVAS, true), { x: 50.093, y: 7.407, width: 10, height: 10 })
})

test('the fields stay within what the node takes', () => {
  assert.deepEqual(fields(box(-5000, 9000, 9999, 0.1), 'top-left', CANVAS), { x: -100, y: 200, width: 300, height: 0.1 })
})

test('a box is scaled about its middle, and does not vanish', () => {
  near(values(scaled(box(100, 100, 200, 100), 1.1)), [90, 95, 220, 110])
  near(values(scaled(box(100, 100, 200, 100), 0)), [196, 148, 8, 4])
})

const CHANGES = [
  ['e', wear(0, 'left'), {}, ['width']],
  ['w', wear(0, 'left'), {}, ['width', 'x']],
  ['e', wear(0, 'center'), {}, ['width', 'x']],
  ['e', wear(0, 'center'), { centred: true }, ['width']],
  ['s', wear(0, 'top'), {}, ['height']],
  ['s', wear(0, 'top'), { proportional: true }, ['width', 'height']],
  ['s', wear(0, 'top-left'), { proportional: true }, ['width', 'x', 'height']],
  ['se', wear(0, 'top-left'), {}, ['width', 'height']],
  ['nw', wear(0, 'top-left'), {}, ['width', 'x', 'height', 'y']],
  ['e', wear(30, 'left'), {}, ['width', 'x', 'y']],
]
for (const [handle, worn, how, want] of CHANGES) {
  test(`${handle} at ${worn.anchor}, ${worn.rotation} degrees, ${JSON.stringify(how)} changes ${want}`, () => {
    assert.deepEqual(changedBy(handle, worn, how), want)
  })
}
