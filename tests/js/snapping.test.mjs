import assert from 'node:assert/strict'
import test from 'node:test'
import { caughtMoving, caughtResizing, guidesOf, linesOf } from '../../js/lib/snapping.mjs'

const box = (x, y, width, height) => ({ x, y, width, height })
const LINES = linesOf([900, 600], box(100, 60, 700, 500))

test('the lines of a picture: centre, zone, thirds, margins, edges', () => {
  assert.deepEqual(
    LINES.x.map(({ at, kind }) => `${kind} ${at}`),
    ['center 450', 'zone 100', 'zone 800', 'third 300', 'third 600', 'margin 45', 'margin 855', 'edge 0', 'edge 900'],
  )
  assert.equal(linesOf([900, 600], null).y.some(({ kind }) => kind === 'zone'), false)
})

test('a middle near the centre is caught, and the guide says so', () => {
  assert.deepEqual(caughtMoving([box(347, 203, 200, 87)], LINES, 6), [3, -3])
  assert.deepEqual(guidesOf([box(350, 200, 200, 87)], LINES), [
    { axis: 'x', at: 450, kind: 'center' },
    { axis: 'y', at: 200, kind: 'third' },
  ])
})

test('what is out of reach is left alone', () => {
  assert.deepEqual(caughtMoving([box(342, 231, 202, 87)], LINES, 6), [0, 0])
  assert.deepEqual(guidesOf([box(342, 231, 202, 87)], LINES), [])
})

test('the nearest of all sides and the middle wins', () => {
  assert.deepEqual(caughtMoving([box(104, 2, 190, 80)], LINES, 6), [-4, -2])
})

test('a middle near the centre goes there, whatever else is near', () => {
  assert.deepEqual(caughtMoving([box(299, 203, 292, 80)], LINES, 6)[0], 5)
})

test('a middle is not caught by a margin', () => {
  assert.deepEqual(caughtMoving([box(-157, 222, 400, 87)], LINES, 6), [0, 0])
})

test('ink and frame are caught, the first before the second', () => {
  assert.deepEqual(caughtMoving([box(352, 10, 200, 40), box(302, 10, 300, 40)], LINES, 6)[0], -2)
})

test('only the sides that a handle moves are caught', () => {
  assert.deepEqual(caughtResizing(box(102, 62, 500, 300), 'se', LINES, 6), [-2, 0])
  assert.deepEqual(caughtResizing(box(102, 62, 500, 300), 'n', LINES, 6), [0, -2])
})

test('several lines in one place are all guides', () => {
  const lines = linesOf([1000, 1000], box(50, 50, 900, 900))
  assert.deepEqual(
    guidesOf([box(50, 700, 77, 77)], lines).map(({ kind }) => kind),
    ['zone', 'margin'],
  )
})
