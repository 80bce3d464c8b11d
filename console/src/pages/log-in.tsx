export function LogIn() {
  return <main class="lonely"><h1>RpcCollector</h1><p>Log in.</p></main>;
}
