// @ts-check
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keepTogglesWhole } from '../../js/toggles.mjs'

const THEIRS = 'Comfy.impact.comboBoolMigration'
const COMFYUIS = 'Comfy.comboBoolMigration'

/** @param {string[]} names */
function registered(names) {
  const extensions = names.map((name) => ({ name }))
  keepTogglesWhole({ extensions, registerExtension: (/** @type {{ name: string }} */ one) => extensions.push(one) })
  return extensions.map((one) => one.name)
}

test('what would freeze toggles is told to stand back, once', () => {
  assert.deepEqual(registered(['FitAD', THEIRS]), ['FitAD', THEIRS, COMFYUIS])
  assert.deepEqual(registered([COMFYUIS, THEIRS]), [COMFYUIS, THEIRS])
})

test('without it nothing is registered', () => {
  assert.deepEqual(registered(['FitAD']), ['FitAD'])
  keepTogglesWhole({})
})
