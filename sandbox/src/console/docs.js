const dark = matchMedia("(prefers-color-scheme: dark)").matches;
document.documentElement.classList.toggle("dark-mode", dark);

// The fragment has the servers of Atlas. Requests that are tried out go to the sandbox, with the same path.
const sandbox = (spec) => ({
  url: location.origin + new URL(spec.servers[0].url).pathname,
  description: "This sandbox",
});

SwaggerUIBundle({
  url: "/openapi.yaml",
  dom_id: "#docs",
  deepLinking: true,
  plugins: [
    () => ({
      statePlugins: {
        spec: {
          wrapActions: {
            updateJsonSpec: (update) => (spec) => update({ ...spec, servers: [sandbox(spec)] }),
          },
        },
      },
    }),
  ],
});
