using System.Text.Json;
using Microsoft.Playwright;

namespace RpcCollector.EndToEnd.Tests.Browser;

/// <summary>What a script on a page tries with a sensor, each told as "done" or as what came of it.</summary>
internal static class Attempts
{
    private const string Script = """
        async base => {
          const url = base + '/api/v1/suppressions';
          const body = JSON.stringify({ client: '0.0.0.0/0', who: 'Mallory', why: 'hides everything' });
          const json = { 'Content-Type': 'application/json' };
          const tried = async attempt => { try { return await attempt(); } catch (failure) { return String(failure); } };
          const sent = (method, headers, mode) => tried(async () => {
            const target = url + (method === 'POST' ? '' : '/1');
            const answer = await fetch(target, { method, headers, mode, body: method === 'DELETE' ? undefined : body });
            return answer.ok ? 'done' : answer.type + ' ' + answer.status;
          });
          const form = enctype => tried(() => new Promise(done => {
            const frame = document.createElement('iframe');
            frame.name = 'frame' + Math.random();
            document.body.append(frame);
            const form = document.createElement('form');
            Object.assign(form, { action: url, method: 'POST', enctype, target: frame.name });
            const input = document.createElement('input');
            Object.assign(input, { name: body.slice(0, -1) + ',"x":"', value: '"}' });
            form.append(input);
            document.body.append(form);
            frame.onload = () => done('sent');
            setTimeout(() => done('sent'), 2000);
            form.submit();
          }));
          const read = path => tried(async () => {
            const answer = await fetch(base + path);
            await answer.text();
            return answer.ok ? 'done' : answer.type + ' ' + answer.status;
          });
          const listen = () => new Promise(done => {
            const events = new EventSource(base + '/api/v1/findings/stream');
            events.onopen = () => { events.close(); done('done'); };
            events.onerror = () => { events.close(); done('refused'); };
          });
          return {
            'post as text': await sent('POST', { 'Content-Type': 'text/plain' }, 'no-cors'),
            'post without a type': await sent('POST', {}, 'no-cors'),
            'post as a form': await form('text/plain'),
            'post as another form': await form('application/x-www-form-urlencoded'),
            'beacon': await tried(async () => String(navigator.sendBeacon(url, new Blob([body], { type: 'text/plain' })))),
            'post as JSON': await sent('POST', json, 'cors'),
            'replace': await sent('PUT', json, 'cors'),
            'read findings': await read('/api/v1/findings'),
            'read metrics': await read('/metrics/findings'),
            'listen': await listen(),
            'delete': await sent('DELETE', {}, 'cors'),
          };
        }
        """;

    public static async Task<Dictionary<string, string>> MakeAsync(IPage page, string sensor)
    {
        var outcome = await page.EvaluateAsync<JsonElement>(Script, sensor);
        return outcome.EnumerateObject().ToDictionary(
            attempt => attempt.Name, attempt => attempt.Value.GetString() ?? "", StringComparer.Ordinal);
    }
}
