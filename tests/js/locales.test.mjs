import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import test from 'node:test'
import { checkExtension } from '../../js/check/attach.mjs'
import { settingsOf } from '../../js/settings/page.mjs'

const HOST = { app: {}, api: {} }
const HANGUL = /[가-힣]/
const CHECK = checkExtension(HOST)
const SETTINGS = [...settingsOf(HOST), ...CHECK.settings]

/** ComfyUI looks a name up with its dots as underscores. */
const key = (id) => id.replaceAll('.', '_')
const said = (locale, name) => JSON.parse(readFileSync(new URL(`../../locales/${locale}/${name}.json`, import.meta.url), 'utf8'))
const korean = (name) => said('ko', name)
const english = (name) => said('en', name)

test('every setting has a Korean name and tooltip, and no other is translated', () => {
  const said = korean('settings')
  assert.deepEqual(Object.keys(said).sort(), SETTINGS.map(({ id }) => key(id)).sort())
  for (const [id, { name, tooltip }] of Object.entries(said)) assert.ok(HANGUL.test(name) && HANGUL.test(tooltip), id)
  for (const { id, name, tooltip } of SETTINGS) assert.ok(name && tooltip && !HANGUL.test(name + tooltip), id)
})

test('every group of settings has a Korean title', () => {
  const said = korean('main').settingsCategories
  assert.deepEqual(Object.keys(said).sort(), [...new Set(SETTINGS.map(({ category }) => category[1]))].sort())
  for (const [group, title] of Object.entries(said)) assert.match(title, HANGUL, group)
})

test('every command has a Korean label, and no other is translated', () => {
  const said = korean('commands')
  assert.deepEqual(Object.keys(said).sort(), CHECK.commands.map(({ id }) => key(id)).sort())
  for (const [id, { label }] of Object.entries(said)) assert.match(label, HANGUL, id)
  assert.deepEqual(CHECK.commands.filter(({ label }) => !(label in korean('main').menuLabels)), [])
})

test('no two settings share a name of their own, and ComfyUI keeps no value of the settings file', () => {
  assert.equal(new Set(SETTINGS.map(({ id }) => id)).size, SETTINGS.length)
  for (const { id, type, defaultValue } of settingsOf(HOST)) assert.deepEqual([typeof type, defaultValue], ['function', ''], id)
})

test('the English files say what the code says, name for name', () => {
  const settings = SETTINGS.map(({ id, name, tooltip }) => [key(id), { name, tooltip }])
  assert.deepEqual(english('settings'), Object.fromEntries(settings))
  assert.deepEqual(english('commands'), Object.fromEntries(CHECK.commands.map(({ id, label }) => [key(id), { label }])))
  const itself = (names) => Object.fromEntries(Object.entries(names).map(([name, title]) => [name, typeof title === 'string' ? name : itself(title)]))
  assert.deepEqual(english('main'), itself(korean('main')))
})
