"""What findings say, in English and Korean. A key is a code and a variant; each text is a message and a remedy."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ..text.korean import attach

_EN: dict[str, tuple[str, str]] = {
    "format.shape": ("The file cannot be read as a workflow: {why}", "Export it anew from ComfyUI"),
    "format.part": ("A part of the file cannot be read: {why}", "Export it anew from ComfyUI"),
    "format.large": ("The graph has {count} nodes; up to {limit} are checked", "Divide it into several graphs"),
    "format.unfolded": ("The subgraph is left out of the check: {why}", "Nest fewer subgraphs in each other"),
    "format.more": ("{count} more findings are left out", "Mend those above and check again"),
    "format.uncertain": (
        "Its saved values cannot be matched with its fields: {why}",
        "Open the graph in ComfyUI, look at this node and save it again",
    ),
    "unknown-node.gone": ("The node {type} is not installed", "Install the pack it comes from{near}"),
    "unknown-node.group": (
        "{type} is a group node of an old kind, which no server runs; the editor makes a subgraph of it on opening",
        "Open the graph in ComfyUI, look whether every value stands in its field, and save it",
    ),
    "unknown-node.here": (
        "The node {type} is unknown here",
        "Check against a ComfyUI with --server or --comfyui{near}",
    ),
    "unknown-node.renamed": ("The node {type} is called {new} now", "Use {new}; --fix does it"),
    "unknown-node.subgraph": (
        "The subgraph {type} is not in the file",
        "Export the graph anew from the ComfyUI that has it, or unpack the subgraph there",
    ),
    "unknown-node.none": ("It has no class_type", "Remove the node or export the graph anew"),
    "pack-missing.id": (
        "The pack {pack} is not installed; the graph uses {types} of it",
        "In ComfyUI-Manager install {pack}",
    ),
    "pack-missing.git": (
        "The pack {pack} is not installed; the graph uses {types} of it",
        "In ComfyUI-Manager install it by its address, https://github.com/{pack}",
    ),
    "pack-version.core": (
        "The graph was made with a newer ComfyUI ({wanted}); this one{have} lacks {types}",
        "Update ComfyUI",
    ),
    "pack-version.beyond": (
        "The graph was made with ComfyUI {wanted}, newer than what is known here{have}; {types} cannot be checked",
        "Check against a newer ComfyUI; --server takes its address",
    ),
    "pack-version.ahead": (
        "The graph was made with a newer ComfyUI ({wanted}) than this one ({have}); some errors may come from that",
        "Update ComfyUI and check again",
    ),
    "pack-version.older": ("The graph was made with {pack} {wanted}; installed is {have}", "Update {pack}"),
    "pack-version.lacks": (
        "The pack {pack}{have} is installed, but lacks {types}; the graph was made with {wanted}",
        "Update {pack}, and look into ComfyUI's log whether it loads",
    ),
    "missing-input.wire": ("The input {input} is not wired", "Wire an output of type {type} to it"),
    "missing-input.value": ("The input {input} has no value", "Fill it in"),
    "unknown-input.extra": ("The node has no input {input}; its value is ignored", "Remove it{near}"),
    "bad-type.wire": (
        "{input} takes {wanted}, but {source} gives {given}",
        "Wire an output of type {wanted} to it",
    ),
    "bad-type.value": ("{input} takes {wanted}; {value} cannot be read as that", "Type a value of that kind"),
    "bad-type.link": ("{input} holds a list that is no wire: {value}", "A wire is [node id, output number]"),
    "bad-value.choice": ("{input} cannot be {value}", "It can be {choices}{near}"),
    "bad-value.file": ("The file {value} is not in ComfyUI's input folder", "Upload it, or choose another in {input}"),
    "bad-value.unseen": ("Whether the file {value} is there cannot be seen from here", "Make sure that it is"),
    "bad-value.misfit": ("{why}", "Choose a value for {input} anew"),
    "out-of-range.low": ("{input} is {value}; the least is {limit}", "Use {limit} or more"),
    "out-of-range.high": ("{input} is {value}; the most is {limit}", "Use {limit} or less"),
    "dangling-link.node": ("{input} is wired to node {source}, which is not in the graph", "Wire it anew"),
    "dangling-link.slot": ("{input} is wired to output {slot} of {source}, which has {count}", "Wire it anew"),
    "dangling-link.file": ("A wire is broken: {why}", "Wire it anew"),
    "cycle.self": ("{input} is wired to the node itself", "Remove the wire"),
    "cycle.virtual": ("The wires form a loop through nodes that pass things on", "Remove one of the wires"),
    "cycle.subgraph": ("The subgraph holds itself", "Take it out of itself"),
    "cycle.loop": ("The wires form a loop: {path}", "Remove one of the wires"),
    "duplicate-id.node": ("{why}; ComfyUI keeps only one", "Give one of them another id"),
    "no-output.none": (
        "Nothing in the graph gives a result, so there is nothing to run",
        "Add a node such as Save Image or Preview Image",
    ),
    "no-output.off": (
        "Every node that gives a result is muted or bypassed, so there is nothing to run",
        "Turn one of them on",
    ),
    "model-missing.file": ("The model {value} is not installed", "Put it into the model folder, or choose another"),
    "model-missing.source": ("The model {value} is not installed", "Get it: {where}"),
    "model-missing.gated": (
        "The model {value} is not installed",
        "Get it: {where}. Sign in there and accept its licence first",
    ),
    "model-missing.unused": (
        "The node offers {value} for download, but does not use it",
        "Choose it in the node, or save the graph anew from a ComfyUI that has the model",
    ),
    "model-missing.known": (
        "The model {value} is not installed",
        "Get it from {page} and put it into models/{folder}. Licence: {licence}; commercial use: {commercial}",
    ),
    "model-missing.near": ("The model {value} is not installed", "{near} is there and can be used instead"),
    "model-missing.gguf": (
        "The model {value} needs a pack for GGUF files",
        "Install the pack ComfyUI-GGUF and use its loader",
    ),
    "model-wrong-folder.there": (
        "The model {value} lies in the folder {found}, but this node reads {wanted}",
        "Move or link the file into {wanted}",
    ),
    "model-wrong-folder.offered": (
        "The node offers {value} for download into {found}, but reads {wanted}",
        "Put it into {wanted}",
    ),
    "model-case.case": ("The model is called {found} here, not {value}", "Choose {found}"),
    "model-case.path": ("The model lies under {found} here, not under {value}", "Choose {found}"),
    "model-unsafe.pickle": (
        "{value} is a {kind} file; such files can run code when they are opened",
        "Use a .safetensors file, or trust where it came from",
    ),
    "path-absolute.value": ("{input} holds a path of one machine: {value}", "Use a name inside ComfyUI's folders"),
    "path-absolute.note": ("A note holds a path of one machine: {value}", "Take it out before sharing"),
    "path-escape.value": ("{input} leads out of ComfyUI's folders: {value}", "Take out the .. parts"),
    "secret.value": (
        "{input} holds {kind}; whoever gets the file gets it too",
        "Take it out and make it invalid where it came from; --scrub writes a clean copy",
    ),
    "secret.elsewhere": (
        "The file holds {kind} under {where}",
        "Take it out and make it invalid where it came from; --scrub writes a clean copy",
    ),
    "secret.named": (
        "{input} is a field for secrets and holds a value; whoever gets the file gets it too",
        "Take it out, if it is a real one; --scrub writes a clean copy",
    ),
    "secret.unseen": (
        "The file holds much text; keys and paths were looked for in the first {limit} million characters only",
        "Look through the rest yourself before sharing",
    ),
    "personal.name": (
        "{input} names a file with {kind}; whoever gets the graph sees it",
        "Give the file another name before sharing; --scrub writes a clean copy",
    ),
    "card-mismatch.broken": ("The card in extra.fit_ad is not whole: {why}", "Mend the card"),
    "card-mismatch.node": (
        "The card's role {role} points to node {target}, which is not in the graph",
        "Mend the card",
    ),
    "card-mismatch.input": ("The card's role {role} points to {input}, which {title} does not have", "Mend the card"),
    "card-mismatch.app": (
        "App mode shows nodes that are not in the graph: {target}",
        "In ComfyUI open App mode's builder and choose its fields anew",
    ),
    "api-drift.graph": ("The API file says something else: {why}", "Export the API file anew"),
}

_KO: dict[str, tuple[str, str]] = {
    "format.shape": ("워크플로 파일로 읽을 수 없습니다: {why}", "ComfyUI에서 다시 내보내세요"),
    "format.part": ("파일의 일부를 읽을 수 없습니다: {why}", "ComfyUI에서 다시 내보내세요"),
    "format.large": ("노드가 {count}개입니다. {limit}개까지 검사합니다", "그래프를 여럿으로 나누세요"),
    "format.unfolded": ("이 서브그래프는 검사하지 않았습니다: {why}", "서브그래프를 덜 겹치게 하세요"),
    "format.more": ("문제 {count}개를 더 찾았지만 줄였습니다", "위의 것을 고치고 다시 검사하세요"),
    "format.uncertain": (
        "저장된 값과 입력란을 확실하게 짝지을 수 없습니다: {why}",
        "ComfyUI에서 그래프를 열어 이 노드를 확인하고 다시 저장하세요",
    ),
    "unknown-node.gone": ("노드 {type} 이(가) 설치되어 있지 않습니다", "이 노드가 든 팩을 설치하세요{near}"),
    "unknown-node.group": (
        "{type} 은(는) 옛 방식의 그룹 노드라 서버에서 실행되지 않습니다. 편집기가 열 때 서브그래프로 바꿉니다",
        "ComfyUI에서 그래프를 열어 값이 제자리에 있는지 확인하고 다시 저장하세요",
    ),
    "unknown-node.here": (
        "노드 {type} 을(를) 여기서는 알 수 없습니다",
        "--server나 --comfyui로 ComfyUI와 대조해 보세요{near}",
    ),
    "unknown-node.renamed": (
        "노드 {type}의 이름이 {new} (으)로 바뀌었습니다",
        "{new} 을(를) 쓰세요. --fix가 바꿔 줍니다",
    ),
    "unknown-node.subgraph": (
        "서브그래프 {type}의 내용이 파일에 없습니다",
        "서브그래프가 있는 ComfyUI에서 다시 내보내거나, 거기서 서브그래프를 펼치세요",
    ),
    "unknown-node.none": ("class_type이 없습니다", "노드를 지우거나 그래프를 다시 내보내세요"),
    "pack-missing.id": (
        "팩 {pack} 이(가) 설치되어 있지 않습니다. 그래프에 쓰인 노드: {types}",
        "ComfyUI-Manager에서 {pack} 을(를) 설치하세요",
    ),
    "pack-missing.git": (
        "팩 {pack} 이(가) 설치되어 있지 않습니다. 그래프에 쓰인 노드: {types}",
        "ComfyUI-Manager에서 주소로 설치하세요: https://github.com/{pack}",
    ),
    "pack-version.core": (
        "더 새로운 ComfyUI({wanted})에서 만든 그래프입니다. 이 ComfyUI{have}에 없는 노드: {types}",
        "ComfyUI를 업데이트하세요",
    ),
    "pack-version.beyond": (
        "여기서 아는 ComfyUI{have}보다 새로운 {wanted}에서 만든 그래프라 {types} 노드를 검사할 수 없습니다",
        "더 새로운 ComfyUI와 대조해 보세요. --server로 주소를 줍니다",
    ),
    "pack-version.ahead": (
        "이 ComfyUI({have})보다 새로운 {wanted}에서 만든 그래프입니다. 오류 가운데 일부는 그 때문일 수 있습니다",
        "ComfyUI를 업데이트하고 다시 검사하세요",
    ),
    "pack-version.older": (
        "{pack} {wanted} 버전으로 만든 그래프인데 {have} 버전이 설치되어 있습니다",
        "{pack} 을(를) 업데이트하세요",
    ),
    "pack-version.lacks": (
        "팩 {pack}{have} 이(가) 설치되어 있지만 {types} 노드가 없습니다. 그래프를 만든 버전: {wanted}",
        "{pack} 을(를) 업데이트하고, ComfyUI 로그에서 팩이 제대로 불러와지는지 확인하세요",
    ),
    "missing-input.wire": ("입력 {input} 이(가) 연결되어 있지 않습니다", "{type} 출력을 연결하세요"),
    "missing-input.value": ("입력 {input}에 값이 없습니다", "값을 넣으세요"),
    "unknown-input.extra": ("이 노드에는 입력 {input} 이(가) 없어 값이 무시됩니다", "지우세요{near}"),
    "bad-type.wire": (
        "{input}에는 {wanted} 이(가) 필요한데 {source} 출력은 {given}입니다",
        "{wanted} 출력을 연결하세요",
    ),
    "bad-type.value": (
        "{input}에는 {wanted} 이(가) 필요합니다. {value} 은(는) 쓸 수 없습니다",
        "알맞은 값을 넣으세요",
    ),
    "bad-type.link": ("{input}에 연결이 아닌 목록이 들어 있습니다: {value}", "연결은 [노드 id, 출력 번호] 입니다"),
    "bad-value.choice": ("{input}에 {value} 은(는) 쓸 수 없습니다", "쓸 수 있는 값: {choices}{near}"),
    "bad-value.file": (
        "파일 {value} 이(가) ComfyUI의 input 폴더에 없습니다",
        "올리거나 {input}에서 다른 파일을 고르세요",
    ),
    "bad-value.unseen": ("파일 {value} 이(가) 있는지 여기서는 알 수 없습니다", "있는지 확인하세요"),
    "bad-value.misfit": ("값이 입력란과 맞지 않습니다: {why}", "{input} 값을 다시 고르세요"),
    "out-of-range.low": ("{input} 값이 {value}입니다. 최솟값은 {limit}입니다", "{limit} 이상으로 하세요"),
    "out-of-range.high": ("{input} 값이 {value}입니다. 최댓값은 {limit}입니다", "{limit} 이하로 하세요"),
    "dangling-link.node": ("{input} 이(가) 그래프에 없는 노드 {source}에 연결되어 있습니다", "다시 연결하세요"),
    "dangling-link.slot": (
        "{input} 이(가) {source}의 출력 {slot}에 연결되어 있는데 출력은 {count}개뿐입니다",
        "다시 연결하세요",
    ),
    "dangling-link.file": ("끊어진 연결이 있습니다: {why}", "다시 연결하세요"),
    "cycle.self": ("{input} 이(가) 자기 노드에 연결되어 있습니다", "연결을 지우세요"),
    "cycle.virtual": ("이어 주기만 하는 노드를 거치는 연결이 고리를 이룹니다", "연결 하나를 지우세요"),
    "cycle.subgraph": ("서브그래프가 자기 자신을 담고 있습니다", "안에 든 것을 지우세요"),
    "cycle.loop": ("연결이 고리를 이룹니다: {path}", "연결 하나를 지우세요"),
    "duplicate-id.node": ("같은 id가 겹칩니다({why}). ComfyUI는 하나만 남깁니다", "한쪽의 id를 바꾸세요"),
    "no-output.none": (
        "결과를 내는 노드가 없어 실행할 것이 없습니다",
        "이미지 저장이나 이미지 미리보기 같은 노드를 넣으세요",
    ),
    "no-output.off": ("결과를 내는 노드가 모두 꺼져 있거나 우회되어 실행할 것이 없습니다", "하나를 켜세요"),
    "model-missing.file": (
        "모델 {value} 이(가) 설치되어 있지 않습니다",
        "모델 폴더에 넣거나 다른 모델을 고르세요",
    ),
    "model-missing.source": ("모델 {value} 이(가) 설치되어 있지 않습니다", "받는 곳: {where}"),
    "model-missing.gated": (
        "모델 {value} 이(가) 설치되어 있지 않습니다",
        "받는 곳: {where}. 먼저 로그인해서 라이선스에 동의해야 합니다",
    ),
    "model-missing.unused": (
        "노드가 {value} 파일을 받으라고 하지만 쓰지는 않습니다",
        "노드에서 그 모델을 고르거나, 모델이 있는 ComfyUI에서 다시 저장하세요",
    ),
    "model-missing.known": (
        "모델 {value} 이(가) 설치되어 있지 않습니다",
        "받아서 models/{folder}에 넣으세요: {page} (라이선스: {licence}, 상업적 이용: {commercial})",
    ),
    "model-missing.near": ("모델 {value} 이(가) 설치되어 있지 않습니다", "설치된 {near} 을(를) 대신 쓸 수 있습니다"),
    "model-missing.gguf": ("모델 {value}에는 GGUF용 팩이 필요합니다", "ComfyUI-GGUF 팩을 설치하고 그 로더를 쓰세요"),
    "model-wrong-folder.there": (
        "모델 {value} 이(가) {found} 폴더에 있는데 이 노드는 {wanted} 폴더를 읽습니다",
        "파일을 {wanted} 폴더로 옮기거나 링크하세요",
    ),
    "model-wrong-folder.offered": (
        "노드가 {value} 파일을 {found} 폴더에 받으라고 하는데 읽는 폴더는 {wanted}입니다",
        "{wanted} 폴더에 넣으세요",
    ),
    "model-case.case": ("여기서는 모델 이름이 {value} 이(가) 아니라 {found}입니다", "{found} 을(를) 고르세요"),
    "model-case.path": ("모델이 {value} 이(가) 아니라 {found}에 있습니다", "{found} 을(를) 고르세요"),
    "model-unsafe.pickle": (
        "{value} 은(는) {kind} 파일입니다. 이런 파일은 열 때 코드를 실행할 수 있습니다",
        ".safetensors 파일을 쓰거나 출처를 확인하세요",
    ),
    "path-absolute.value": (
        "{input}에 한 컴퓨터에서만 맞는 경로가 있습니다: {value}",
        "ComfyUI 폴더 안의 이름을 쓰세요",
    ),
    "path-absolute.note": ("메모에 한 컴퓨터에서만 맞는 경로가 있습니다: {value}", "공유하기 전에 지우세요"),
    "path-escape.value": ("{input} 값이 ComfyUI 폴더 밖을 가리킵니다: {value}", ".. 부분을 지우세요"),
    "secret.value": (
        "{input}에 {kind} 이(가) 있습니다. 파일을 받는 사람도 보게 됩니다",
        "지우고, 발급한 곳에서 무효로 만드세요. --scrub이 깨끗한 사본을 만듭니다",
    ),
    "secret.elsewhere": (
        "파일의 {where}에 {kind} 이(가) 있습니다",
        "지우고, 발급한 곳에서 무효로 만드세요. --scrub이 깨끗한 사본을 만듭니다",
    ),
    "secret.named": (
        "{input} 은(는) 비밀 값을 넣는 곳인데 값이 들어 있습니다. 파일을 받는 사람도 보게 됩니다",
        "진짜 값이면 지우세요. --scrub이 깨끗한 사본을 만듭니다",
    ),
    "secret.unseen": (
        "글이 많은 파일이라 처음 {limit}백만 글자에서만 키와 경로를 찾았습니다",
        "공유하기 전에 나머지를 직접 살펴보세요",
    ),
    "personal.name": (
        "{input}의 파일 이름에 {kind} 이(가) 들어 있습니다. 그래프를 받는 사람도 보게 됩니다",
        "공유하기 전에 파일 이름을 바꾸세요. --scrub이 깨끗한 사본을 만듭니다",
    ),
    "card-mismatch.broken": ("extra.fit_ad의 카드가 온전하지 않습니다: {why}", "카드를 고치세요"),
    "card-mismatch.node": (
        "카드의 역할 {role} 이(가) 그래프에 없는 노드 {target} 을(를) 가리킵니다",
        "카드를 고치세요",
    ),
    "card-mismatch.input": (
        "카드의 역할 {role} 이(가) {title}에 없는 입력 {input} 을(를) 가리킵니다",
        "카드를 고치세요",
    ),
    "card-mismatch.app": (
        "앱 모드가 보여 주는 노드가 그래프에 없습니다: {target}",
        "ComfyUI의 앱 모드 편집기에서 보여 줄 항목을 다시 고르세요",
    ),
    "api-drift.graph": ("API 파일의 내용이 다릅니다: {why}", "API 파일을 다시 내보내세요"),
}

# Words that stand inside a text, by language.
_NEAR = {"en": ". Did you mean {near}?", "ko": ". {near} 을(를) 찾으셨나요?"}
_OUR_WORDS = ("kind", "wanted", "commercial")  # the values that are words of ours, not of the file
_WORDS_KO = {
    "an API key": "API 키",
    "a token": "토큰",
    "a password": "비밀번호",
    "a private key": "개인 키",
    "an address with a password": "비밀번호가 든 주소",
    "an e-mail address": "이메일 주소",
    "a telephone number": "전화번호",
    "a number like those of identity cards": "주민등록번호처럼 보이는 번호",
    "somebody's home folder": "누군가의 홈 폴더",
    "the name of a personal document": "신분증 같은 개인 서류의 이름",
    "a whole number": "정수",
    "a number": "수",
    "allowed": "가능",
    "not allowed": "불가",
    "ask the maker": "만든 곳에 문의",
    "text": "글",
}


# The reasons that reading a file gives, in Korean: what each looks like, and what it becomes.
_THING = r"(an object|a list|text|true or false|nothing|a number)"
_THINGS_KO = {"an object": "객체", "a list": "목록", "true or false": "참/거짓", "nothing": "빈 값", "a number": "수"}
_THINGS_KO["text"] = "글"
_WHY_KO: tuple[tuple[str, str], ...] = (
    (rf"{_THING} where an object was expected", r"객체가 있어야 할 곳에 \1 이(가) 있습니다"),
    (rf"{_THING} where a node was expected", r"노드가 있어야 할 곳에 \1 이(가) 있습니다"),
    (rf"nodes: {_THING} where a list was expected", r"nodes에 목록 대신 \1 이(가) 있습니다"),
    (r"it has neither a list of nodes .*", "노드 목록(그래프 편집기)도 class_type이 있는 노드(API)도 없습니다"),
    (r"its inputs are no object", "inputs가 객체가 아닙니다"),
    (r"it has no class_type", "class_type이 없습니다"),
    (r"two subgraphs have the id (.*)", r"서브그래프 둘의 id가 \1입니다"),
    (r"two nodes have the id (.*)", r"노드 둘의 id가 \1입니다"),
    (r"(.*) stands twice", r"\1 이(가) 두 번 나옵니다"),
    (r"an entry of nodes is no node.*", "nodes에 id와 type이 없는 항목이 있습니다"),
    (r"an entry of links is no wire", "links에 연결이 아닌 항목이 있습니다"),
    (r"it is not UTF-8 text", "UTF-8 글이 아닙니다"),
    (r"it is nested too deeply", "너무 깊이 겹쳐 있습니다"),
    (r"(.*), line (\d+), column (\d+)", r"\2행 \3열에서 \1"),
    (r"unfolded it has more than (\d+) nodes", r"펼치면 노드가 \1개를 넘습니다"),
    (r"one primitive sets choices of different names", "프리미티브 하나가 이름이 다른 선택 목록들을 정합니다"),
    (r"its wire (.*) is not in the file", r"연결 \1 이(가) 파일에 없습니다"),
    (r"it is wired to node (.*), which is not there", r"연결된 노드 \1 이(가) 없습니다"),
    (r"no node sets (.*)", r"이름 \1 을(를) 정하는 노드가 없습니다"),
    (r"the way to its source is too long to be followed", "거쳐 가는 연결이 너무 많아 따라갈 수 없습니다"),
    (r"its promoted field cannot be (.*)", r"밖으로 꺼낸 입력란에 \1 은(는) 쓸 수 없습니다"),
    (r"it is (.*) by name and (.*) by position", r"이름으로는 \1, 자리로는 \2입니다"),
    (r"(.*) is (.*) by name and (.*) by position", r"\1 값이 이름으로는 \2, 자리로는 \3입니다"),
    (r"(.*) is promoted from node (.*), which is not certain", r"\1 값을 꺼낸 노드 \2 이(가) 확실하지 않습니다"),
    (r"the node class (.*) is unknown", r"노드 종류 \1 을(를) 알 수 없습니다"),
    (r"(.*) stands where (.*) has its control", r"\2의 '생성 후 제어' 자리에 \1 이(가) 있습니다"),
    (r"(.*) cannot be (.*)", r"\1에 \2 은(는) 쓸 수 없습니다"),
    (r"(.*) \((.*)\) is missing", r"노드 \1(\2)이 없습니다"),
    (r"(.*) \((.*)\) should not be there", r"없어야 할 노드 \1(\2)이 있습니다"),
    (r"the class is (.*), not (.*)", r"종류가 \2 이(가) 아니라 \1입니다"),
    (r"(\S*) is (.*), not (.*)", r"\1 값이 \3 이(가) 아니라 \2입니다"),
)


_JSON_KO = {
    "Expecting value": "값이 없습니다",
    "Extra data": "끝난 뒤에 글이 더 있습니다",
    "Unterminated string starting at": "따옴표가 닫히지 않았습니다",
    "Expecting property name enclosed in double quotes": "큰따옴표로 묶은 이름이 없습니다",
    "Expecting ',' delimiter": "쉼표가 없습니다",
    "Expecting ':' delimiter": "쌍점이 없습니다",
}


def reason(why: str, lang: str) -> str:
    """Return the reason that reading a file gave, in a language; one that is not known stays as it is."""
    for pattern, korean in _WHY_KO if lang == "ko" else ():
        if found := re.fullmatch(pattern, why, re.S):
            words = _THINGS_KO if _THING in pattern else _JSON_KO
            return re.sub(r"\\(\d)", lambda group: words.get(found[int(group[1])], found[int(group[1])]), korean)  # noqa: B023 - used at once
    return why


def keys() -> set[str]:
    """Return every wording there is."""
    return set(_EN)


def message_for(wording: str, values: Mapping[str, Any], lang: str = "en") -> tuple[str, str]:
    """Return the message and the remedy of a wording with its values put in."""
    message, fix = (_KO if lang == "ko" else _EN)[wording]
    filled = {name: _word(value, lang) if name in _OUR_WORDS else str(value) for name, value in values.items()}
    if "why" in values:
        filled["why"] = reason(filled["why"], lang)
    near = filled.get("near", "")
    if wording != "model-missing.near":
        filled["near"] = _NEAR[lang if lang == "ko" else "en"].format(near=near) if near else ""
    texts = message.format_map(_Blank(filled)), fix.format_map(_Blank(filled))
    return (_joined(texts[0]), _joined(texts[1])) if lang == "ko" else texts


_PARTICLE = re.compile(r"(\S+) (은\(는\)|이\(가\)|을\(를\)|\(으\)로)")


def _joined(text: str) -> str:
    """Return a Korean text with each particle in the form that fits the word before it."""
    return _PARTICLE.sub(lambda found: attach(found[1], found[2]), text)


def _word(value: Any, lang: str) -> str:
    text = str(value)
    return _WORDS_KO.get(text, text) if lang == "ko" else text


class _Blank(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return ""
