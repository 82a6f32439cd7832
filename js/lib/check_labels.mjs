// @ts-check
/** What the panel that checks graphs says, in English and Korean. */
import { spokenIn } from './languages.mjs'

const plural = (/** @type {number} */ n, /** @type {string} */ one, many = `${one}s`) => `${n} ${n === 1 ? one : many}`

const ENGLISH = {
  title: 'Check graph',
  again: 'Check again',
  retry: 'Try again',
  checking: 'Checking …',
  clean: 'Nothing found',
  ready: 'This graph is ready to run.',
  empty: 'The graph is empty',
  emptyMore: 'Add nodes or open a workflow, then check it.',
  failed: 'The check could not be done',
  offline: 'ComfyUI does not answer',
  offlineMore: 'See whether it still runs, then try again.',
  unknown: 'This ComfyUI does not know the check yet',
  unknownMore: 'Restart ComfyUI, then reload this page.',
  stale: 'The graph has changed since.',
  wholeGraph: 'Whole graph',
  inSubgraph: 'in a subgraph',
  gone: 'This node is no longer in the graph.',
  severities: { error: 'error', warning: 'warning', note: 'note' },
  sections: { error: 'Errors', warning: 'Warnings', note: 'Notes' },
  counts: (/** @type {Record<string, number>} */ { error, warning, note }) =>
    [error && plural(error, 'error'), warning && plural(warning, 'warning'), note && plural(note, 'note')]
      .filter(Boolean)
      .join(', '),
  use: (/** @type {string} */ value) => `Use ${value}`,
  openPage: (/** @type {string} */ host) => `Open ${host}`,
  fixAll: (/** @type {number} */ n) => (n === 1 ? 'Make the safe fix' : `Make ${n} safe fixes`),
  fixAllMore: 'Corrects names and nothing else. Undo brings everything back.',
  fixed: (/** @type {number} */ n) => `${plural(n, 'fix', 'fixes')} made. Undo takes ${n === 1 ? 'it' : 'them'} back.`,
  more: (/** @type {number} */ n) => `${n} more are in the saved findings.`,
  save: 'Save …',
  saveAs: 'Save as',
  text: 'Findings as text',
  json: 'Findings as JSON',
  sarif: 'Findings as SARIF',
  cleanCopy: 'Workflow without keys and private paths',
  cleanCopyOf: 'clean',
  findingsOf: 'findings',
  unsaved: 'It could not be saved: ComfyUI does not answer.',
  beforeQueue: 'Check before queueing',
  stopped: 'This graph would stop with an error',
  show: 'Show findings',
  anyway: 'Queue anyway',
  cancel: 'Cancel',
  andMore: (/** @type {number} */ n) => `and ${n} more`,
  noFacts: 'Shop and offer are empty',
  noFactsMore: 'The ad would say nothing about your shop. Write its name, or what you offer, into Ad Copy or the fields before it.',
  fillIn: 'Fill in',
}

/** @typedef {typeof ENGLISH} Labels */

/** @type {Labels} */
const KOREAN = {
  title: '그래프 검사',
  again: '다시 검사',
  retry: '다시 시도',
  checking: '검사하는 중 …',
  clean: '문제 없음',
  ready: '바로 실행할 수 있는 그래프입니다.',
  empty: '그래프가 비어 있습니다',
  emptyMore: '노드를 넣거나 워크플로를 연 다음 검사하세요.',
  failed: '검사하지 못했습니다',
  offline: 'ComfyUI가 응답하지 않습니다',
  offlineMore: '실행 중인지 확인하고 다시 시도하세요.',
  unknown: '이 ComfyUI에는 아직 검사 기능이 없습니다',
  unknownMore: 'ComfyUI를 다시 시작하고 이 페이지를 새로 고치세요.',
  stale: '검사한 뒤에 그래프가 바뀌었습니다.',
  wholeGraph: '그래프 전체',
  inSubgraph: '서브그래프 안',
  gone: '이 노드는 이제 그래프에 없습니다.',
  severities: { error: '오류', warning: '주의', note: '참고' },
  sections: { error: '오류', warning: '주의', note: '참고' },
  counts: ({ error, warning, note }) =>
    [error && `오류 ${error}개`, warning && `주의 ${warning}개`, note && `참고 ${note}개`].filter(Boolean).join(', '),
  use: (value) => `바꾸기: ${value}`,
  openPage: (host) => `${host} 열기`,
  fixAll: (n) => `안전한 수정 ${n}개 적용`,
  fixAllMore: '이름만 바로잡습니다. 실행 취소로 되돌릴 수 있습니다.',
  fixed: (n) => `${n}개를 고쳤습니다. 실행 취소로 되돌릴 수 있습니다.`,
  more: (n) => `나머지 ${n}개는 저장한 결과에 있습니다.`,
  save: '저장 …',
  saveAs: '저장 형식',
  text: '결과 (텍스트)',
  json: '결과 (JSON)',
  sarif: '결과 (SARIF)',
  cleanCopy: '키와 개인 경로를 뺀 워크플로',
  cleanCopyOf: 'clean',
  findingsOf: 'findings',
  unsaved: '저장하지 못했습니다. ComfyUI가 응답하지 않습니다.',
  beforeQueue: '실행 전에 검사',
  stopped: '이 그래프는 오류로 멈춥니다',
  show: '결과 보기',
  anyway: '그래도 실행',
  cancel: '취소',
  andMore: (n) => `외 ${n}개`,
  noFacts: '가게 이름과 혜택이 비어 있습니다',
  noFactsMore: '이대로는 광고에 가게 이야기가 하나도 들어가지 않습니다. 광고 문구 노드나 그 앞의 칸에 가게 이름이나 혜택을 적어 주세요.',
  fillIn: '채우기',
}

/**
 * @param {unknown} locale
 * @returns {Labels}
 */
export function labelsFor(locale) {
  return spokenIn(locale, ENGLISH, KOREAN)
}
