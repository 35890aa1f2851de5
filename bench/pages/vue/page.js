// Vue, as VueUse's documentation of `useWebSocket` puts it. Its template is a render function, as the compiler would make it.
import { useWebSocket } from "@vueuse/core";
import { createApp, defineComponent, h, nextTick, ref, shallowReactive, watch } from "vue";

const query = new URLSearchParams(location.search);

const Row = defineComponent({
  props: ["message"],
  setup: ({ message }) => () => h("div", { class: "row" }, [h("span", { class: "name" }, message.user), h("p", { class: "text" }, message.text)]),
});

const Composer = defineComponent({
  emits: ["say"],
  setup(_, { emit }) {
    const text = ref("");
    const submit = (event) => {
      event.preventDefault();
      emit("say", text.value);
      text.value = "";
    };
    const field = () => ({ id: "composer", placeholder: "Message", autocomplete: "off", value: text.value, onInput: ({ target }) => (text.value = target.value) });
    return () => h("form", { onSubmit: submit }, h("input", field()));
  },
});

const Chat = defineComponent({
  setup() {
    const messages = shallowReactive([]);
    const log = ref(null);
    const { send } = useWebSocket(query.get("url"), { onMessage: (_, { data }) => messages.push(JSON.parse(data)) });
    watch(messages, () => nextTick(() => (log.value.scrollTop = log.value.scrollHeight)));
    const say = (text) => send(JSON.stringify({ id: crypto.randomUUID(), text, user: query.get("user") }));
    const rows = () => messages.map((message) => h(Row, { key: message.id, message }));
    return () => [h("div", { id: "log", ref: log }, rows()), h(Composer, { onSay: say })];
  },
});

createApp(Chat).mount("#app");
