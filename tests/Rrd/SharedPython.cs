using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;

namespace Strata.Rrd.Tests;

/// <summary>
/// A Python process that runs whole scripts one after another, since importing the SDK takes longer than most of them. Each script has names, arguments, an environment, a working
/// directory and standard streams of its own; what lives in the SDK's own libraries it shares. The process ends with its standard input, so with the tests, however those end.
/// </summary>
internal sealed class SharedPython
{
    /// <summary>A line is a script with its arguments, and a line the answer. Streams are taken as files, since not only Python writes to them.</summary>
    private const string Driver =
        """
        import json, os, sys, tempfile, traceback
        asks, answers = os.fdopen(os.dup(0), encoding="utf-8"), os.fdopen(os.dup(1), "w", encoding="utf-8")
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        for line in asks:
            ask, code = json.loads(line), 0
            environment, folder = dict(os.environ), os.getcwd()
            with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as error:
                os.dup2(out.fileno(), 1)
                os.dup2(error.fileno(), 2)
                sys.argv = ["-c", *ask["arguments"]]
                try:
                    exec(compile(ask["script"], "<string>", "exec"), {"__name__": "__main__"})
                except SystemExit as e:
                    code = e.code if isinstance(e.code, int) else 0 if e.code is None else 1
                except BaseException:
                    code = 1
                    traceback.print_exc()
                sys.stdout.flush()
                sys.stderr.flush()
                out.seek(0)
                error.seek(0)
                answer = {"code": code, "out": out.read().decode(errors="replace"), "error": error.read().decode(errors="replace")}
            os.environ.clear()
            os.environ.update(environment)
            os.chdir(folder)
            print(json.dumps(answer), file=answers, flush=True)
        """;

    private static readonly ConcurrentBag<SharedPython> Idle = [];

    private readonly Process _process;

    private SharedPython(Process process) => _process = process;

    /// <summary>In a process that nobody uses at the time; a script that fails or is cancelled leaves none behind for the next.</summary>
    public static async Task<ScriptAnswer> RunAsync(string interpreter, string script, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var python = Idle.TryTake(out var idle) ? idle : Start(interpreter);
        var isWhole = false;
        try
        {
            var answer = await python.AskAsync(JsonSerializer.Serialize(new { script, arguments }), cancellationToken);
            isWhole = answer.Code == 0;
            return answer;
        }
        finally
        {
            if (isWhole)
            {
                Idle.Add(python);
            }
            else
            {
                python._process.Kill();
                python._process.Dispose();
            }
        }
    }

    private static SharedPython Start(string interpreter)
    {
        var start = new ProcessStartInfo(interpreter, ["-c", Driver]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.Environment["RERUN_ANALYTICS"] = "0";
        return new(Process.Start(start)!);
    }

    private async Task<ScriptAnswer> AskAsync(string ask, CancellationToken cancellationToken)
    {
        await _process.StandardInput.WriteLineAsync(ask.AsMemory(), cancellationToken);
        await _process.StandardInput.FlushAsync(cancellationToken);
        var line = await _process.StandardOutput.ReadLineAsync(cancellationToken) ?? throw new InvalidOperationException("Python ended in the middle of a script; what it said is in the tests' own error stream");
        return JsonSerializer.Deserialize<ScriptAnswer>(line, JsonSerializerOptions.Web)!;
    }
}

/// <param name="Code">0, or why it ended.</param>
internal sealed record ScriptAnswer(int Code, string Out, string Error);
