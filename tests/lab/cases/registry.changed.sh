about='somebody writes registries.yaml between the plan and the yes: blocked with the new plan, theirs stays'
. "$here/cases/registry.words.sh"

drive() {
	ready
	console ask "$step"
	theirs
	plan_changed
	console prepare "$step"
	is activity ready
	is plan '*+  "EdgeServer:8085":*mirror.example*'
}

expect() { as_before; }
