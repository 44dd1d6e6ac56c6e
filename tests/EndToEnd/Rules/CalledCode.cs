using System.Collections.Frozen;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;

namespace Strata.EndToEnd.Tests;

/// <summary>All code of Strata that a method can reach, read from IL, and what it calls outside of Strata.</summary>
internal sealed class CalledCode
{
    private static readonly FrozenDictionary<short, OpCode> OpCodesByValue = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(f => (OpCode)f.GetValue(null)!).ToFrozenDictionary(o => o.Value);

    private readonly Func<Type, bool> _isAllowed;
    private readonly HashSet<MethodBase> _visited = [];
    private readonly Queue<(MethodBase Method, string From)> _open = [];

    private CalledCode(Func<Type, bool> isAllowed) => _isAllowed = isAllowed;

    /// <summary>Each foreign method with the method of ours that calls it.</summary>
    public List<(MethodBase Called, string By)> Foreign { get; } = [];

    public int Methods => _visited.Count;

    /// <param name="isAllowed">Types of ours whose code is not looked into.</param>
    public static CalledCode From(IEnumerable<MethodBase> roots, Func<Type, bool>? isAllowed = null)
    {
        var code = new CalledCode(isAllowed ?? (_ => false));
        foreach (var root in roots)
        {
            code._open.Enqueue((root, "root"));
        }

        while (code._open.TryDequeue(out var next))
        {
            code.Visit(next.Method, next.From);
        }

        return code;
    }

    private void Visit(MethodBase method, string from)
    {
        var type = method.DeclaringType!;
        if (!IsOurs(type))
        {
            Foreign.Add((method, from));
            return;
        }

        if (_isAllowed(type) || !_visited.Add(Definition(method)) || method.GetMethodBody()?.GetILAsByteArray() is not { } il)
        {
            return;
        }

        var name = $"{type.FullName}.{method.Name}";
        foreach (var member in Members(method, il))
        {
            switch (member)
            {
                case MethodBase called:
                    _open.Enqueue((called, name));
                    EnterStateMachine(called, name);
                    break;
                case FieldInfo { IsStatic: true, DeclaringType: { TypeInitializer: { } initializer } holder } when IsOurs(holder):
                    _open.Enqueue((initializer, name));
                    break;
                default:
                    break;
            }
        }
    }

    /// <summary>An iterator's or an async method's own code is called by whoever goes through it.</summary>
    private void EnterStateMachine(MethodBase called, string from)
    {
        if (called is ConstructorInfo { DeclaringType: { } machine } && machine.IsDefined(typeof(CompilerGeneratedAttribute)) && IsOurs(machine)
            && machine.GetMethod("MoveNext", BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic) is { } moveNext)
        {
            _open.Enqueue((moveNext, from));
        }
    }

    private static IEnumerable<MemberInfo> Members(MethodBase method, byte[] il)
    {
        var typeArguments = method.DeclaringType is { IsGenericType: true } type ? type.GetGenericArguments() : null;
        var methodArguments = method.IsGenericMethod ? method.GetGenericArguments() : null;
        for (var at = 0; at < il.Length;)
        {
            var first = il[at++];
            var code = OpCodesByValue[first == 0xFE ? unchecked((short)((first << 8) | il[at++])) : first];
            if (code.OperandType is OperandType.InlineMethod or OperandType.InlineField or OperandType.InlineTok
                && method.Module.ResolveMember(BitConverter.ToInt32(il, at), typeArguments, methodArguments) is { } member)
            {
                yield return member;
            }

            at += code.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(il, at)),
                _ => 4,
            };
        }
    }

    private static bool IsOurs(Type type) => type.Assembly.GetName().Name!.StartsWith("Strata.", StringComparison.Ordinal);

    private static MethodBase Definition(MethodBase method) => method is MethodInfo { IsGenericMethod: true } generic ? generic.GetGenericMethodDefinition() : method;
}
