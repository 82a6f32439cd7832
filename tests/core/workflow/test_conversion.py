"""From graph-editor files to API graphs: what is certain comes out, what is not is refused."""

from __future__ import annotations

from typing import Any

import pytest
from cpu_time import at_most_cpu
from fit_ad.core.validation import check, from_catalogue
from fit_ad.core.workflow.catalogue import NodeClass
from fit_ad.core.workflow.conversion import Conversion, convert
from fit_ad.core.workflow.document import read
from fit_ad.core.workflow.widget_values import WidgetValues, laid_out, widget_values
from small_comfyui import INFO, api, catalogue, editor, environment, node


def made(data: Any) -> Conversion:
    return convert(read(data), catalogue())


def inputs(data: Any, node_id: str) -> dict[str, Any]:
    done = made(data)
    assert done.refusals == ()
    return dict(done.graph[node_id]["inputs"])


def test_a_plain_graph() -> None:
    graph = made(editor()).graph
    wanted = api()
    wanted["3"]["inputs"]["mix"] = 1.0
    assert {n: one["inputs"] for n, one in graph.items()} == {n: one["inputs"] for n, one in wanted.items()}
    assert graph["3"]["_meta"] == {"title": "Main sampler"}
    assert graph["1"]["_meta"] == {"title": "Load Model"}


def test_an_api_graph_stays_as_it_is() -> None:
    assert made(api()).graph == api()


def test_a_reroute_is_seen_through() -> None:
    data = editor()
    data["nodes"].append(node(9, "Reroute", None, [("", "*", 4)], ("*",)))
    data["links"][3] = [4, 3, 0, 9, 0, "LATENT"]
    data["links"].append([5, 9, 0, 4, 0, "*"])
    data["nodes"][3]["inputs"][0]["link"] = 5
    assert inputs(data, "4")["images"] == ["3", 0]


def test_a_primitive_sets_the_field_it_is_wired_to() -> None:
    data = editor()
    data["nodes"].append(node(9, "PrimitiveNode", [33, "fixed"], outputs=("INT",)))
    data["links"].append([5, 9, 0, 3, 2, "INT"])
    data["nodes"][2]["inputs"].append({"name": "steps", "type": "INT", "link": 5, "widget": {"name": "steps"}})
    assert inputs(data, "3")["steps"] == 33


def test_a_muted_node_and_the_wires_from_it_are_gone() -> None:
    data = editor()
    data["nodes"][1]["mode"] = 2
    done = made(data)
    assert "2" not in done.graph
    assert "positive" not in done.graph["3"]["inputs"]


def test_a_bypassed_node_passes_on_what_is_of_its_type() -> None:
    data = editor()
    lora = node(8, "LoraLoaderModelOnly", ["x"], [("model", "MODEL", 1)], ("MODEL",), mode=4)
    data["nodes"].append(lora)
    data["links"][0] = [1, 1, 0, 8, 0, "MODEL"]
    data["links"].append([5, 8, 0, 3, 0, "MODEL"])
    data["nodes"][2]["inputs"][0]["link"] = 5
    assert inputs(data, "3")["model"] == ["1", 0]


def test_a_dynamic_choice_shifts_what_follows() -> None:
    on = {"nodes": [node(1, "Fold", ["on", 0.7, True])], "links": []}
    off = {"nodes": [node(1, "Fold", ["off", True])], "links": []}
    assert inputs(on, "1") == {"mode": "on", "mode.strength": 0.7, "after": True}
    assert inputs(off, "1") == {"mode": "off", "after": True}


@pytest.mark.parametrize(
    ("values", "why"),
    [
        (["bread", "fixed", 20, "euler"], "seed cannot be 'bread'"),
        ([7, 20, "euler", 1.0], "20 is in the place of the control of seed"),
        ([7, "fixed", "euler", 20], "steps cannot be 'euler'"),
        ([7, "fixed", True, "euler"], "steps cannot be True"),
    ],
)
def test_values_that_do_not_fit_their_fields_are_refused(values: list[Any], why: str) -> None:
    data = editor()
    data["nodes"][2]["widgets_values"] = values
    done = made(data)
    assert [(one.node, one.why) for one in done.refusals] == [("3", why)]
    assert done.graph["3"]["inputs"] == {"model": ["1", 0], "positive": ["2", 0]}


def test_values_by_name_and_by_position_must_agree() -> None:
    data = editor()
    data["nodes"][2]["widgets_values_named"] = {"seed": 7, "steps": 21}
    assert [one.why for one in made(data).refusals] == ["steps is 21 by name and 20 by position"]


def test_values_by_name_alone() -> None:
    data = editor()
    data["nodes"][2]["widgets_values"] = {"seed": 5, "steps": 9, "sampler": "Heun"}
    assert inputs(data, "3") == {
        "seed": 5,
        "steps": 9,
        "sampler": "Heun",
        "mix": 1.0,
        "model": ["1", 0],
        "positive": ["2", 0],
    }


def test_a_wire_to_nowhere_is_refused() -> None:
    data = editor()
    data["links"].pop(1)
    refused = made(data).refusals
    assert [(one.node, one.input, one.kind) for one in refused] == [("2", "clip", "wire")]


def test_wires_by_name_are_followed() -> None:
    data = editor()
    data["nodes"] += [
        node(8, "SetNode", ["made"], [("LATENT", "LATENT", 4)]),
        node(9, "GetNode", ["made"], outputs=("*",)),
    ]
    data["links"][3] = [4, 3, 0, 8, 0, "LATENT"]
    data["links"].append([5, 9, 0, 4, 0, "*"])
    data["nodes"][3]["inputs"][0]["link"] = 5
    assert inputs(data, "4")["images"] == ["3", 0]
    data["nodes"][-1]["widgets_values"] = ["other"]
    assert [one.why for one in made(data).refusals] == ["no node sets 'other'"]


def test_wires_in_a_loop_of_reroutes_end() -> None:
    data = editor()
    data["nodes"] += [node(8, "Reroute", None, [("", "*", 11)]), node(9, "Reroute", None, [("", "*", 10)])]
    data["links"] += [[10, 8, 0, 9, 0, "*"], [11, 9, 0, 8, 0, "*"], [12, 9, 0, 4, 0, "*"]]
    data["nodes"][3]["inputs"][0]["link"] = 12
    assert [one.kind for one in made(data).refusals] == ["loop"]


def subgraph(host_values: list[Any], host_inputs: Any = (), **host: Any) -> dict[str, Any]:
    """A sampler in a subgraph with the inputs model, positive, steps and seed, and the output LATENT."""
    inner = node(
        3,
        "Sample",
        [7, "fixed", 20, "euler", 1.0],
        [
            ("model", "MODEL", 1),
            ("positive", "CONDITIONING", 2),
            ("steps", "INT", 3, "steps"),
            ("seed", "INT", 5, "seed"),
        ],
        ("LATENT",),
    )
    ends = [("model", "MODEL", 1), ("positive", "CONDITIONING", 2), ("steps", "INT", 3), ("seed", "INT", 5)]
    keys = ("id", "origin_id", "origin_slot", "target_id", "target_slot", "type")
    links = [(link, -10, slot, 3, slot, kind) for slot, (_, kind, link) in enumerate(ends)] + [
        (4, 3, 0, -20, 0, "LATENT")
    ]
    definition = {
        "id": "sub",
        "name": "Make",
        "nodes": [inner],
        "links": [dict(zip(keys, link, strict=True)) for link in links],
        "inputs": [{"id": n, "name": n, "type": kind, "linkIds": [link]} for n, kind, link in ends],
        "outputs": [{"id": "o", "name": "LATENT", "type": "LATENT", "linkIds": [4]}],
    }
    data = editor()
    data["nodes"][2] = node(
        3,
        "sub",
        host_values,
        [("model", "MODEL", 1), ("positive", "CONDITIONING", 3), *host_inputs],
        ("LATENT",),
        **host,
    )
    data["definitions"] = {"subgraphs": [definition]}
    return data


def test_a_subgraph_is_unfolded_and_its_double_number_renewed() -> None:
    graph = made(subgraph([])).graph
    assert graph["3:5"]["inputs"] == {
        "seed": 7,
        "steps": 20,
        "sampler": "euler",
        "mix": 1.0,
        "model": ["1", 0],
        "positive": ["2", 0],
    }
    assert graph["4"]["inputs"]["images"] == ["3:5", 0]


def test_promoted_values_go_by_the_order_of_the_definition() -> None:
    done = made(subgraph([33, 99], [("seed", "INT", None, "seed")]))
    assert [done.graph["3:5"]["inputs"][name] for name in ("steps", "seed")] == [33, 99]


def test_promoted_values_of_older_files_go_by_their_own_list() -> None:
    proxies = [["-1", "seed"], ["3", "control_after_generate"], ["3", "sampler"], ["3", "steps"]]
    done = made(subgraph([99, None, "Heun", 33], properties={"proxyWidgets": proxies}))
    assert done.refusals == ()
    got = done.graph["3:5"]["inputs"]
    assert [got[name] for name in ("seed", "steps", "sampler")] == [99, 33, "Heun"]


def test_a_promoted_value_of_a_node_that_is_gone_is_refused() -> None:
    proxies = [["-1", "seed"], ["88", "steps"]]
    done = made(subgraph([99, 33], properties={"proxyWidgets": proxies}))
    assert [one.why for one in done.refusals] == ["steps is promoted from node 88, which is not certain"]


def test_a_promoted_value_that_does_not_fit_is_refused() -> None:
    assert [one.why for one in made(subgraph(["bread", 99])).refusals] == ["its promoted field cannot be 'bread'"]


def nested(outer_values: list[Any], inner_values: list[Any], **outer: Any) -> dict[str, Any]:
    """The subgraph "sub" in another one, "outer", which promotes its steps and takes its links."""
    data = subgraph([])
    keys = ("id", "origin_id", "origin_slot", "target_id", "target_slot", "type")
    ends = [("model", "MODEL", 1), ("positive", "CONDITIONING", 2), ("steps", "INT", 3)]
    links = [(link, -10, slot, 7, slot, kind) for slot, (_, kind, link) in enumerate(ends)]
    links.append((4, 7, 0, -20, 0, "LATENT"))
    inputs = [("model", "MODEL", 1), ("positive", "CONDITIONING", 2), ("steps", "INT", 3, "steps")]
    definition = {
        "id": "outer",
        "name": "Outer",
        "nodes": [node(7, "sub", inner_values, inputs, ("LATENT",))],
        "links": [dict(zip(keys, link, strict=True)) for link in links],
        "inputs": [{"id": n, "name": n, "type": kind, "linkIds": [link]} for n, kind, link in ends],
        "outputs": [{"id": "o", "name": "LATENT", "type": "LATENT", "linkIds": [4]}],
    }
    data["nodes"][2] = node(
        3,
        "outer",
        outer_values,
        [("model", "MODEL", 1), ("positive", "CONDITIONING", 3), ("steps", "INT", None, "steps")],
        ("LATENT",),
        **outer,
    )
    data["definitions"]["subgraphs"].append(definition)
    return data


@pytest.mark.parametrize(
    ("outer_values", "inner_values", "steps", "seed"),
    [([44], [33, 99], 44, 99), ([], [33, 99], 33, 99), ([], [], 20, 7)],
)
def test_a_field_promoted_through_two_subgraphs(
    outer_values: list[Any], inner_values: list[Any], steps: int, seed: int
) -> None:
    done = made(nested(outer_values, inner_values))
    assert done.refusals == ()
    (sampler,) = [one for one in done.graph.values() if one["class_type"] == "Sample"]
    assert [sampler["inputs"][name] for name in ("steps", "seed", "sampler")] == [steps, seed, "euler"]
    assert (sampler["inputs"]["model"], sampler["inputs"]["positive"]) == (["1", 0], ["2", 0])
    (key,) = [key for key, one in done.graph.items() if one["class_type"] == "Sample"]
    assert key.count(":") == 2
    assert done.graph["4"]["inputs"]["images"] == [key, 0]


def test_a_promoted_value_that_is_another_by_name_is_refused() -> None:
    done = made(subgraph([33, 99], widgets_values_named={"steps": 34, "seed": 99}))
    assert [(one.node, one.input, one.why) for one in done.refusals] == [
        ("3", "steps", "it is 34 by name and 33 by position")
    ]
    agreed = made(subgraph([33, 99], widgets_values_named={"steps": 33, "seed": 99}))
    assert agreed.refusals == ()


def test_inputs_that_grow_are_wired_by_their_full_names() -> None:
    grown = [("images.image0", "IMAGE", 1), ("images.image1", "IMAGE", 2), ("images.image2", "IMAGE", None)]
    data = {
        "nodes": [node(1, "LoadImage", ["shop.png", "image"]), node(2, "Fold", ["off", True], grown)],
        "links": [[1, 1, 0, 2, 0, "IMAGE"], [2, 1, 0, 2, 1, "IMAGE"]],
    }
    wanted = {"mode": "off", "after": True, "images.image0": ["1", 0], "images.image1": ["1", 0]}
    assert inputs(data, "2") == wanted


def test_a_quarantined_value_wins_by_name() -> None:
    kept = [{"originalEntry": ["-1", "steps"], "reason": "missingSourceNode", "hostValue": 44}]
    done = made(subgraph([33, 99], properties={"proxyWidgetErrorQuarantine": kept}))
    assert done.graph["3:5"]["inputs"]["steps"] == 44


def test_a_subgraph_that_is_off_gives_nothing() -> None:
    assert sorted(made(subgraph([], mode=2)).graph) == ["1", "2", "4"]


def test_a_subgraph_that_holds_itself_ends() -> None:
    data = subgraph([])
    data["definitions"]["subgraphs"][0]["nodes"].append(node(9, "sub", []))
    assert "the subgraph holds itself" in {one.why for one in made(data).refusals}


def test_subgraphs_that_unfold_without_end_are_left_out() -> None:
    """Thirty levels with two of the next in each would be a thousand million nodes."""
    data = editor()
    inner = {"inputs": [], "outputs": [], "links": [], "name": "s"}
    levels = [{**inner, "id": f"s{n}", "nodes": [node(i, f"s{n + 1}") for i in (1, 2)]} for n in range(30)]
    data["nodes"].append(node(9, "s0"))
    data["definitions"] = {"subgraphs": [*levels, {**inner, "id": "s30", "nodes": [node(1, "Load")]}]}
    with at_most_cpu(2):
        refused = made(data).refusals
    assert {(one.kind, one.why) for one in refused} == {("large", "expanded, it has more than 10000 nodes")}


def test_a_chain_of_reroutes_without_end_is_refused() -> None:
    data = editor()
    for number in range(100, 2100):
        data["nodes"].append(node(number, "Reroute", None, [("", "*", number)], ("*",)))
        data["links"].append([number, number + 1, 0, number, 0, "*"])
    data["links"][-1][1] = 1
    data["links"][0] = [1, 100, 0, 3, 0, "MODEL"]
    refused = made(data).refusals
    assert [(one.node, one.input, one.why) for one in refused] == [
        ("3", "model", "the path to its source is too long to follow")
    ]
    data["links"][99 + 4 - 99 + 99] = [199, 1, 0, 199, 0, "*"]  # the hundredth reroute takes from the loader itself
    assert inputs(data, "3")["model"] == ["1", 0]


def test_laid_out_values_pair_as_they_were_for_every_node_of_the_catalogue() -> None:
    nodes = from_catalogue().nodes
    for name in nodes:
        cls = nodes.get(name)
        assert cls is not None
        values = laid_out(cls, {"seed": 7})
        pairing = widget_values(read({"nodes": [node(1, name, values)], "links": []}).root.nodes["1"], cls)
        fields = {n: s.default for n, s in pairing.specs.items()} | ({"seed": 7} if "seed" in pairing.specs else {})
        known = {
            n: v for n, v in pairing.values.items() if v is not None and pairing.specs[n].field_kind != "IMAGECOMPARE"
        }
        assert known == {n: fields[n] for n in known}, name


@pytest.mark.parametrize(
    ("kind", "mode", "wired"), [("Reroute", 0, True), ("Reroute", 2, False), ("GetNode", 2, False)]
)
def test_a_muted_virtual_node_drops_its_wire(kind: str, mode: int, wired: bool) -> None:
    data = editor()
    data["nodes"].append(node(9, kind, ["x"], [("", "*", 4)], ("*",), mode=mode))
    data["links"][3] = [4, 3, 0, 9, 0, "LATENT"]
    data["links"].append([5, 9, 0, 4, 0, "*"])
    data["nodes"][3]["inputs"][0]["link"] = 5
    assert ("images" in made(data).graph["4"]["inputs"]) is wired


def test_a_field_wired_to_a_muted_node_keeps_its_own_value() -> None:
    data = editor()
    data["nodes"].append(node(9, "Load", ["a.safetensors"], outputs=("INT",), mode=2))
    data["links"].append([5, 9, 0, 3, 2, "INT"])
    data["nodes"][2]["inputs"].append({"name": "steps", "type": "INT", "link": 5, "widget": {"name": "steps"}})
    assert inputs(data, "3")["steps"] == 20


def test_a_node_of_a_packs_javascript_alone_is_not_sent() -> None:
    data = editor()
    data["nodes"].append(node(9, "Fancy Label", ["hello"]))
    data["nodes"].append(node(10, "Gone", [], outputs=("IMAGE",)))
    graph = made(data).graph
    assert "9" not in graph
    assert "10" in graph


def test_inputs_that_use_everywhere_may_connect_are_not_certain() -> None:
    data = editor()
    data["nodes"][2]["inputs"][0]["link"] = None
    assert made(data).certain
    data["nodes"].append(node(9, "Anything Everywhere", [], [("anything", "*", 1)]))
    unsure = [(one.node, one.input) for one in made(data).refusals if one.kind == "everywhere"]
    assert unsure == [("3", "model")]
    assert [f.message_key for f in check(data, environment()).findings if f.place.node == "3"] == [
        "format.uncertain-wire"
    ]
    data["nodes"][2]["inputs"][0]["link"] = 77  # a wire of its own that it took out of the file
    assert [(one.node, one.input) for one in made(data).refusals if one.kind == "wire"] == []
    data["nodes"][2]["inputs"][0]["link"] = None
    data["nodes"][-1]["mode"] = 2
    assert made(data).certain


@pytest.mark.parametrize(
    ("kind", "options", "value", "made_later"),
    [
        ("text", {"dynamicPrompts": True}, "a {red|blue} cup", True),
        ("text", {"dynamicPrompts": True}, "a cup // not this", True),
        ("text", {"dynamicPrompts": True}, "a red cup, 50% off", False),
        ("text", {}, "a {red|blue} cup", False),
        ("filename_prefix", {}, "%date:yyyy-MM-dd%/ad", True),
        ("filename_prefix", {}, "%KSampler.seed%", True),
        ("filename_prefix", {}, "ad_%width%_%year%", False),
    ],
)
def test_what_the_editor_resolves_as_it_queues_is_not_certain(
    kind: str, options: dict[str, Any], value: str, made_later: bool
) -> None:
    cls = NodeClass("Save", {"input": {"required": {kind: ["STRING", options]}}})
    one = read({"nodes": [node(1, "Save", [value])], "links": []}).root.nodes["1"]
    assert widget_values(one, cls).made_later == ([kind] if made_later else [])


@pytest.mark.parametrize(
    ("spec", "value", "sent"),
    [
        (["INT", {}], "12", "12"),
        (["FLOAT", {}], "1.5", "1.5"),
        (["BOOLEAN", {}], "True", "True"),
        (
            [["a.png"], {"image_upload": True}],
            {"filename": "b.png", "subfolder": "s", "type": "temp"},
            "s/b.png [temp]",
        ),
        ([["a.png"], {"image_upload": True}], {"filename": "b.png", "subfolder": "", "type": "input"}, "b.png"),
    ],
)
def test_what_the_server_or_the_editor_turns_into_a_value_is_taken(spec: list[Any], value: Any, sent: Any) -> None:
    one = read({"nodes": [node(1, "Any", [value])], "links": []}).root.nodes["1"]
    done = widget_values(one, NodeClass("Any", {"input": {"required": {"x": spec}}}))
    assert (done.values, done.refused) == ({"x": sent}, "")


@pytest.mark.parametrize(("spec", "value"), [("INT", "twelve"), ("FLOAT", "euler"), ("BOOLEAN", "fixed"), ("INT", "")])
def test_a_text_that_is_no_number_is_still_refused(spec: str, value: str) -> None:
    one = read({"nodes": [node(1, "Any", [value])], "links": []}).root.nodes["1"]
    assert widget_values(one, NodeClass("Any", {"input": {"required": {"x": [spec, {}]}}})).refused


def shifted(values: list[Any], **info: Any) -> WidgetValues:
    one = read({"nodes": [node(1, "Sample", values)], "links": []}).root.nodes["1"]
    return widget_values(one, NodeClass("Sample", {**INFO["Sample"], **info}))


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ([7, "fixed", 20, "euler", 1.0], False),
        ([7, 20, "euler", 1.0], True),  # without the control of the seed, as an old file is
        ([7, "fixed", "extra", 20, "euler", 1.0], True),
        ([7, "fixed", "euler", 1.0], True),  # without its steps
        ([7, "fixed", "many", "euler", 1.0], False),  # one wrong value is not a shift
    ],
)
def test_values_that_are_shifted_are_told_from_wrong_ones(values: list[Any], told: bool) -> None:
    assert shifted(values).shifted is told
    data = editor()
    data["nodes"][2]["widgets_values"] = values
    errors = [(f.message_key, f.place.node) for f in check(data, environment()).findings if f.severity == "error"]
    assert (("bad-value.shifted", "3") in errors) is told


def test_fields_that_a_pack_makes_in_the_editor_are_not_certain() -> None:
    pack = {"python_module": "custom_nodes.other-pack"}
    assert shifted([7, "fixed", 20, "euler", 1.0, None, ""], **pack).refused == ""
    assert shifted([7, "fixed", 20, "euler", 1.0, "on"], **pack).refused == (
        "'on' belongs to a field that the pack's own script makes"
    )
    assert shifted([7, "fixed", 20, "euler", 1.0, "on"]).refused == ""
    moved = shifted(["on", 7, "fixed", 20, "euler", 1.0], **pack)
    assert (bool(moved.refused), moved.shifted, moved.misfit) == (True, False, None)
    ours = shifted(["on", 7, "fixed", 20, "euler", 1.0], **pack, category="Fit-AD/design")
    assert ours.shifted


@pytest.mark.parametrize(("mode", "key"), [(2, "missing-input.muted"), (4, "missing-input.bypassed")])
def test_a_node_that_is_off_is_named_where_its_wire_ends(mode: int, key: str) -> None:
    data = editor()
    data["nodes"][0].update(mode=mode, title="Our model")
    data["nodes"][2]["inputs"][0]["link"] = 5
    data["nodes"].append(node(9, "Reroute", None, [("", "*", 1)], ("MODEL",)))
    data["links"] = [one for one in data["links"] if one[0] != 1] + [[1, 1, 0, 9, 0, "MODEL"], [5, 9, 0, 3, 0, "MODEL"]]
    told = {f.place.node: f for f in check(data, environment()).findings if f.code == "missing-input"}
    assert {node_id: f.message_key for node_id, f in told.items()} == {"2": key, "3": key}
    assert "Our model (1)" in told["3"].message()
    assert "Our model (1)" in told["3"].message("ko")
