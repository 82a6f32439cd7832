import assert from 'node:assert/strict'
import test from 'node:test'
import { FIT, MOST_ZOOM, panned, shot, zoomed } from '../../js/lib/camera.mjs'

const STAGE = [436, 336]
const CANVAS = [800, 600]

test('at zoom 1 the picture fits with room around it', () => {
  assert.deepEqual(shot(FIT, STAGE, CANVAS), { origin: [18, 18], scale: 0.5 })
})

test('the point under the pointer stays', () => {
  const camera = zoomed(FIT, 2, [118, 68], STAGE, CANVAS)
  const { origin, scale } = shot(camera, STAGE, CANVAS)
  assert.deepEqual([origin[0] + 200 * scale, origin[1] + 100 * scale], [118, 68])
})

test('zooming back ends at the fitted picture', () => {
  const there = zoomed(FIT, 2, [118, 68], STAGE, CANVAS)
  assert.deepEqual(zoomed(there, 0.495, [10, 10], STAGE, CANVAS), { zoom: 1, pan: [0, 0] })
})

test('zoom and pan have limits', () => {
  assert.equal(zoomed(FIT, 1000, [0, 0], STAGE, CANVAS).zoom, MOST_ZOOM)
  assert.equal(zoomed(FIT, 0.001, [0, 0], STAGE, CANVAS).zoom, 0.5)
  assert.deepEqual(panned({ zoom: 2, pan: [0, 0] }, [9999, -9999], STAGE, CANVAS).pan, [200, -150])
  assert.deepEqual(panned(FIT, [50, 50], STAGE, CANVAS).pan, [0, 0])
})
